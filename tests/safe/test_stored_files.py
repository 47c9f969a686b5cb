"""No text of a release breaks out of a file: each is read by a reader of its format, and the data in it are whole."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile

import pytest
from lxml import etree
from rdflib import Graph

from dashboard.errors import PackageNotFound
from dashboard.package import open_package
from tests.app.readers import read_book
from tests.safe.addresses import addresses_of
from tests.safe.hostile import MARK, NASTY
from tests.safe.markup import SCHEMES, check_address, check_page, check_xml

RIS_LINE = re.compile(r"[A-Z][A-Z0-9]  - .*")
HTML_TYPES = {"text/html", "application/xhtml+xml"}
RUN_BY_BROWSERS = {*HTML_TYPES, "text/javascript", "application/javascript", "image/svg+xml", "text/css"}
ATOM = "{http://www.w3.org/2005/Atom}"
NOT_PAGES = {"page", "_embedded", "/", "/<path:path>"}
RDF_FORMATS = {
    "text/turtle": "turtle", "application/rdf+xml": "xml", "application/ld+json": "json-ld",
    "application/n-triples": "nt",
}  # fmt: skip


@pytest.fixture(scope="module")
def files(hostile, client):
    """(address, answer) of every address that is no page, each asked once."""
    asked = [(endpoint, address) for endpoint, address in addresses_of(hostile) if endpoint not in NOT_PAGES]
    return [(endpoint, address, client.get(address)) for endpoint, address in asked]


def of_type(files, *types):
    found = [(address, answer) for _, address, answer in files if answer.mimetype in types and answer.status_code < 400]
    assert found
    return found


def test_each_is_answered_and_of_a_type_that_says_what_it_is(files):
    assert len(files) > 700
    for endpoint, address, answer in files:
        assert answer.status_code < 500, (address, answer.status_code)
        assert answer.headers["X-Content-Type-Options"] == "nosniff", address
        assert answer.mimetype, address
        if answer.mimetype in RUN_BY_BROWSERS and answer.status_code == 200:
            assert (
                endpoint in ("pictures.picture", "_dash_assets.static", "assets.asset")
                or "script" in address
                or (endpoint.startswith("/_dash"))
            ), (address, answer.mimetype)


def test_no_text_gets_into_a_header(files):
    for _, address, answer in files:
        for name, value in answer.headers:
            assert not {"\r", "\n"} & {*value}, (address, name)
            assert name.lower() != "x-injected", address
            assert MARK not in value or name in ("Link", "Content-Location", "Location"), (address, name, value)
            value.encode("latin-1")
        for link in re.findall(r"<([^>]*)>", answer.headers.get("Link", "")):
            check_address(link)
            assert not re.search(r"[\s\"]", link), link


def test_json_is_json_and_holds_the_texts_as_they_are(files):
    for _, answer in of_type(files, "application/json", "application/ld+json", "application/csvm+json"):
        json.loads(answer.data, parse_constant=pytest.fail)
    rows = json.loads(_only(files, "/data/companies.json").data)
    assert all(row["company_name"].endswith(NASTY) for row in rows)


def test_json_lines_are_one_record_a_line(files):
    for _, answer in of_type(files, "application/x-ndjson", "application/jsonl", "application/x-jsonlines"):
        for line in answer.data.decode().split("\n")[:-1]:
            json.loads(line)


def test_csv_keeps_each_text_in_its_cell(files):
    for address, answer in of_type(files, "text/csv"):
        text = answer.data.decode("utf-8-sig")
        rows = list(
            csv.reader(io.StringIO(text, newline=""), delimiter=";" if ";" in text.partition("\r\n")[0] else ",")
        )
        assert {len(row) for row in rows} == {len(rows[0])}, address
    head, *rows = csv.reader(io.StringIO(_only(files, "/data/companies.csv").data.decode(), newline=""))
    assert all(row[head.index("company_name")].endswith(NASTY) for row in rows)


def test_no_cell_for_excel_begins_as_a_formula(files):
    for address, answer in of_type(files, "text/csv"):
        if "excel" in address:
            for row in csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline=""), delimiter=";"):
                assert not any(re.match(r"[=+@]|-(?![\d.,]+$)", cell) for cell in row), (address, row)


def test_a_workbook_has_no_formula_no_link_and_well_formed_parts(files):
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    for address, answer in of_type(files, kind):
        assert all(book for book in read_book(answer.data).sheet_names), address
        with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
            for name in book.namelist():
                root = check_xml(book.read(name))
                local = {etree.QName(one).localname for one in root.iter(etree.Element)}
                assert not local & {"f", "hyperlink", "externalLink", "oleObject"}, (address, name)
                assert "vbaProject" not in name
                for one in root.iter("{*}Relationship"):
                    assert one.get("TargetMode") != "External", (address, name)


def test_xml_is_well_formed_and_holds_no_element_of_a_text(files):
    types = ("application/xml", "text/xml", "application/atom+xml", "application/rdf+xml", "image/svg+xml")
    for address, answer in of_type(files, *types):
        root = check_xml(answer.data)
        for one in root.iter(etree.Element):
            for name in ("href", "src", "url"):
                if one.get(name) and answer.mimetype != "application/rdf+xml":
                    check_address(one.get(name))
        if answer.mimetype == "application/atom+xml":
            check_atom(root, address)


def check_atom(root, address):
    """Titles and summaries are plain text; what is HTML runs nothing."""
    for one in root.iter(f"{ATOM}title", f"{ATOM}summary", f"{ATOM}subtitle", f"{ATOM}content"):
        if one.get("type") in ("html", "xhtml"):
            check_page(f"<div>{one.text}</div>")
        else:
            assert one.get("type") in (None, "text"), address
            assert len(one) == 0, address


def test_the_feeds_and_the_catalogue_hold_the_attacks_as_text(files):
    """Else the test of XML would see nothing."""
    for address in ("/feed.atom", "/catalog.rdf", "/oai?verb=ListRecords&metadataPrefix=oai_dc", "/feeds/dataset.atom"):
        assert f"&lt;{MARK}&gt;" in _only(files, address).data.decode(), address


def test_what_an_oembed_answer_puts_on_another_page_is_one_frame_of_ours(files):
    found = [answer for _, address, answer in files if address.startswith("/oembed?url") and "format=json" in address]
    for answer in (one for one in found if one.status_code == 200):
        made = etree.HTML(answer.get_json()["html"])
        (frame,) = made.iter("iframe")
        assert [one.tag for one in made.iter()] == ["html", "body", "iframe"]
        assert frame.get("src").startswith("http://localhost/")
        assert {*frame.attrib} == {"src", "title", "width", "height", "style", "loading"}
    assert found


def test_rdf_is_read_by_its_readers_and_names_only_addresses_of_the_web(files):
    """One of each serialisation; a base or a prefix of a text's own would name other things."""
    for name in ("/catalog.ttl", "/catalog.jsonld", "/dataset/cities/row/091.ttl", "/dataset/projects.nt"):
        answer = _only(files, name)
        graph = Graph().parse(data=answer.data, format=RDF_FORMATS[answer.mimetype])
        assert len(graph) > 10
        for triple in graph:
            for node in triple:
                if hasattr(node, "n3") and node.n3().startswith("<"):
                    scheme = str(node).partition(":")[0]
                    assert scheme in SCHEMES - {""} | {"urn"}, node


def test_a_citation_is_one_entry_whatever_its_title_holds(files):
    cited = [one for one in files if one[1].startswith("/cite/") and one[2].status_code == 200]
    assert len(cited) > 30
    for _, address, answer in cited:
        text = answer.data.decode()
        if ".ris" in address:
            lines = text.split("\r\n")[:-1]
            assert all(RIS_LINE.fullmatch(line) for line in lines), address
            assert [line[:2] for line in lines].count("TY") == 1
            assert [line[:2] for line in lines].count("ER") == 1
            assert lines[-1].startswith("ER")
        elif ".bib" in address:
            assert_one_entry(text)
        elif ".json" in address:
            (one,) = json.loads(text)
            check_address(one["URL"])
        else:
            assert text.count("\n") == 1, address
            assert "\r" not in text


def assert_one_entry(text):
    """Braces pair, and the one that closes the entry is the last sign of it (an escaped brace is a letter to TeX, and
    a brace to BibTeX: so it must pair, too)."""
    depth, ends = 0, []
    for at, sign in enumerate(text):
        depth += (sign == "{") - (sign == "}")
        assert depth >= 0, text
        if depth == 0 and sign == "}":
            ends.append(at)
    assert depth == 0, text
    assert ends == [len(text.rstrip()) - 1], text


def test_a_zip_names_only_files_in_it_and_its_readme_is_plain_text(files):
    for address, answer in of_type(files, "application/zip"):
        with zipfile.ZipFile(io.BytesIO(answer.data)) as found:
            for name in found.namelist():
                assert re.fullmatch(r"[A-Za-z0-9_.-]+", name), (address, name)
                assert not name.startswith("."), name
            readme = found.read("README.txt").decode()
            assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", readme), address
            json.loads(found.read("datapackage.json"))


def test_a_download_is_saved_under_a_plain_name(files):
    for _, address, answer in files:
        said = answer.headers.get("Content-Disposition", "")
        if said:
            assert re.fullmatch(r'(attachment|inline); filename="?[A-Za-z0-9._-]+"?', said), (address, said)


def test_a_name_for_a_function_around_an_answer_is_a_name(client):
    """JSONP: whatever is no name is left out, and the answer is JSON then."""
    for name in ("alert(1)//", "<script>", "a;b", "a\r\nX: 1", "\u202e", "a" * 200, "a()", "=x", ""):
        answer = client.get("/api/3/action/status_show", query_string={"callback": name})
        assert answer.mimetype == "application/json", name
    named = client.get("/api/3/action/status_show", query_string={"callback": "kuusi.got"})
    assert named.mimetype == "application/javascript"
    assert named.text.startswith("kuusi.got({")


def test_a_release_whose_links_are_no_web_addresses_is_refused(hostile_dir, tmp_path):
    folder = next(one for one in sorted((hostile_dir / "releases").iterdir()) if one.is_dir())
    whole = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    for address in ("javascript:alert(1)", "data:text/html,x", "//evil.example", "", "ftp://a.example", " https://a"):
        for place in ("licence", "page"):
            raw = json.loads(json.dumps(whole))
            at = raw["x-datasets"][0]["licence"] if place == "licence" else raw["x-datasets"][0]["sources"][0]
            if place == "page" and not address:
                continue  # a source without a page
            at["url" if place == "licence" else "page"] = address
            (tmp_path / "datapackage.json").write_text(json.dumps(raw), encoding="utf-8")
            with pytest.raises(PackageNotFound, match="is no web address"):
                open_package(tmp_path)


def _only(files, wanted):
    (found,) = {id(answer): answer for _, address, answer in files if address == wanted}.values()
    assert found.status_code == 200
    return found

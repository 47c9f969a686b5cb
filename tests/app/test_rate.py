"""One client cannot have all of the site's time."""

import pytest
import time_machine

from dashboard.i18n import LANGUAGES, translator
from tests.app.small import small_facts

READER, OTHER = "192.0.2.7", "192.0.2.8"


@pytest.fixture
def limited(make_site):
    """Asks a site that answers five requests a minute: (address, client, headers) -> the answer."""
    client = make_site(small_facts(), rate_limit="5 per minute").server.test_client()

    def ask(address="/fi/", of=READER, **headers):
        return client.get(address, environ_base={"REMOTE_ADDR": of}, headers=headers)

    return ask


def test_beyond_the_limit_a_client_is_told_when_to_come_back(limited):
    with time_machine.travel("2026-11-29T12:00:10Z", tick=False) as clock:
        assert [limited("/api/v1/tables").status_code for _ in range(6)] == [200] * 5 + [429]
        refused = limited("/api/v1/tables")
        assert 1 <= int(refused.headers["Retry-After"]) <= 61
        assert refused.json["error"]["code"] == "too_many_requests"
        assert refused.headers["Retry-After"] in refused.json["error"]["message"]
        assert limited(of=OTHER).status_code == 200
        clock.shift(int(refused.headers["Retry-After"]) + 1)
        assert limited().status_code == 200


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reader_is_told_on_a_page(limited, language):
    for _ in range(5):
        limited()
    answer = limited(f"/{language}/", Accept="text/html")
    assert answer.status_code == 429
    told = translator(language)(
        "You have asked for more than {limit}: try again in {seconds} seconds. Whole tables can be had in one file.",
        limit="5 per 1 minute",
        seconds=answer.headers["Retry-After"],
    )
    assert told in answer.text


def test_a_client_of_ckans_api_is_told_in_its_envelope(limited):
    for _ in range(5):
        limited()
    answer = limited("/api/3/action/status_show")
    assert (answer.status_code, answer.json["success"]) == (429, False)
    assert answer.json["error"]["__type"] == "Too Many Requests Error"
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.json["help"] == "http://localhost/api/3/action/help_show?name=status_show"


def test_an_error_in_ckans_envelope_names_the_public_address(make_site):
    client = make_site(small_facts(), rate_limit="1 per minute", base_url="https://kuusi.example").server.test_client()
    answers = [client.get("/api/3/action/status_show", environ_base={"REMOTE_ADDR": READER}) for _ in range(2)]
    assert {one.json["help"] for one in answers} == {"https://kuusi.example/api/3/action/help_show?name=status_show"}


def test_what_watches_the_site_and_files_that_browsers_keep_are_not_counted(limited):
    for address in ("/healthz", "/readyz", "/metrics", "/static/none.js"):
        assert {limited(address).status_code for _ in range(8)} <= {200, 404}


def test_clients_of_this_machine_are_not_counted(limited):
    assert {limited(of=one).status_code for one in ("127.0.0.1", "::1") for _ in range(8)} == {200}


def test_sql_and_sheets_count_as_many(make_site):
    client = make_site(small_facts(), rate_limit="25 per minute").server.test_client()

    def status(address, of):
        return client.get(address, environ_base={"REMOTE_ADDR": of}).status_code

    assert [status("/api/v1/sql?sql=select+1", READER) for _ in range(2)] == [200, 429]
    assert [status("/dataset/cities.xlsx", OTHER) for _ in range(3)] == [200, 200, 429]


def test_a_subscriber_of_ipv6_is_one_client(limited):
    for at in range(5):
        assert limited(of=f"2001:db8:1:2::{at}").status_code == 200
    assert limited(of="2001:db8:1:2:ffff::1").status_code == 429
    assert limited(of="2001:db8:1:3::1").status_code == 200


def test_the_word_of_a_proxy_counts_only_where_it_is_trusted(make_site):
    for trusted, expected in ((0, [200, 200, 429]), (1, [200, 200, 200])):
        client = make_site(small_facts(), rate_limit="2 per minute", trusted_proxies=trusted).server.test_client()
        told = [
            client.get("/fi/", environ_base={"REMOTE_ADDR": READER}, headers={"X-Forwarded-For": f"203.0.113.{at}"})
            for at in range(3)
        ]
        assert [one.status_code for one in told] == expected


def test_of_several_hops_only_the_trusted_one_is_believed(make_site):
    """A client can write anything before what the proxy adds."""
    client = make_site(small_facts(), rate_limit="2 per minute", trusted_proxies=1).server.test_client()
    told = [
        client.get(
            "/fi/", environ_base={"REMOTE_ADDR": "10.0.0.1"}, headers={"X-Forwarded-For": f"198.51.100.{at}, {READER}"}
        )
        for at in range(3)
    ]
    assert [one.status_code for one in told] == [200, 200, 429]


def test_no_limit_counts_nothing(make_site):
    client = make_site(small_facts(), rate_limit="").server.test_client()
    assert {client.get("/fi/", environ_base={"REMOTE_ADDR": READER}).status_code for _ in range(20)} == {200}

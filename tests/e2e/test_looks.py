"""Each page looks as it did: small pictures of all pages, compared with those in `looks/`.

`UPDATE_LOOKS=1 python -m pytest tests/e2e/test_looks.py` takes them anew, after a change that was meant; look at
what it changes before it is committed.
"""

import os
import re
from pathlib import Path

import pytest

from dashboard.pages.routes import ROUTES
from tests.e2e.pictures import SCALE, is_changed, marked, read_png, shrunk, unlike, write_png
from tests.fixtures.release import write_release
from tests.site_process import served

pytestmark = pytest.mark.e2e

LOOKS = Path(__file__).parent / "looks"
IS_UPDATE = bool(os.environ.get("UPDATE_LOOKS"))
LANGUAGE = "fi"  # whose words are the longest
WIDTHS = (360, 768, 1280)
THEMES = ("light", "dark")
HIGHEST = 2000  # pixels of a page, at most, that are looked at
UNTIL_PAINTED = 1000  # milliseconds, at most

EXAMPLES = {
    r"companies/(?P<business_id>[0-9A-Za-z –-]{1,40})": "companies/9000001-1",
    r"cities/(?P<city>[^/]+)": "cities/853",
    r"dataset/(?P<name>[a-z0-9_-]+)": "dataset/purchases",
    r"dataset/(?P<name>[a-z0-9_-]+)/row/(?P<key>.+)": None,  # its key is a snapshot's, which changes with the code
    r"dataset/(?P<name>[a-z0-9_-]+)/diff": None,  # it compares two releases, which are named by their moments
    r"releases/(?P<version>[^/]{1,60})": None,  # its name is the moment at which it was made
    r"origin/(?P<name>[a-z0-9-]+)": "origin/suppliers",
    r"embed/(?P<name>[a-z0-9-]+)": "embed/change",
}
"""An address for each kind of page that has a part of its own."""
PAGES = [path for pattern, _ in ROUTES if (path := EXAMPLES.get(pattern, pattern)) is not None]


@pytest.fixture(scope="module")
def sight(browser, tmp_path_factory):
    """(a page of a release that never changes, on which nothing moves; a page that shrinks its pictures)."""
    folder = tmp_path_factory.mktemp("looks")
    write_release(folder)
    with served(folder) as address:
        still = browser.new_context(
            base_url=address, java_script_enabled=False, reduced_motion="reduce", device_scale_factor=SCALE
        )
        yield still.new_page(), browser.new_page()
        still.close()


def look(sight, width, theme):
    page, helper = sight
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=theme)
    for _ in range(2):  # what is far below the screen is laid out, and has its true height, once it is on it
        height = min(page.locator("body").bounding_box()["height"], HIGHEST)
        page.set_viewport_size({"width": width, "height": max(int(height), 800)})
    clip = {"x": 0, "y": 0, "width": width, "height": height}
    return shrunk(helper, page.screenshot(full_page=True, clip=clip, animations="disabled"))


def complaint(picture, reference, folder):
    """What is wrong with a picture, or None; leaves it and where it differs in `folder`."""
    if not reference.exists():
        write_png(folder / reference.name, picture)
        return f"{reference.name} is not there to compare with"
    there = unlike(read_png(reference), picture)
    if not is_changed(there):
        return None
    write_png(folder / reference.name, picture)
    write_png(folder / f"{reference.stem}-differs.png", marked(picture, there))
    return f"{reference.name}: {there.mean():.1%} differ"


@pytest.mark.parametrize("path", PAGES)
def test_a_page_looks_as_it_did(sight, path, tmp_path):
    answer = sight[0].goto(f"/{LANGUAGE}/{path}")
    assert answer.status == 200
    name = re.sub(r"[^a-z0-9]+", "-", path) or "front"
    complaints = []
    for width in WIDTHS:
        for theme in THEMES:
            picture, reference = look(sight, width, theme), LOOKS / f"{name}-{width}-{theme}.png"
            if IS_UPDATE:
                write_png(reference, picture)
                continue
            wrong = complaint(picture, reference, tmp_path)
            if wrong:  # a chart that has just come onto the screen may not have been painted yet
                sight[0].wait_for_timeout(UNTIL_PAINTED)
                wrong = complaint(look(sight, width, theme), reference, tmp_path)
            complaints.append(wrong)
    wrong = [one for one in complaints if one]
    assert not wrong, f"{'; '.join(wrong)}. Pictures: {tmp_path}. If this was meant: UPDATE_LOOKS=1"


def test_each_kind_of_page_is_looked_at():
    assert all(pattern in EXAMPLES or "(" not in pattern for pattern, _ in ROUTES)
    assert set(EXAMPLES) <= {pattern for pattern, _ in ROUTES}


def test_no_picture_is_of_a_page_that_is_gone():
    names = {re.sub(r"[^a-z0-9]+", "-", path) or "front" for path in PAGES}
    there = {path.stem.rsplit("-", 2)[0] for path in LOOKS.glob("*.png")}
    assert there == names

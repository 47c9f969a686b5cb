"""The comparison of pages' pictures sees what moved and not how it was drawn."""

import numpy as np
import pytest

from tests.e2e.pictures import is_changed, marked, read_png, unlike, write_png

RANDOM = np.random.default_rng(6)


def page(shift=0, paper=255, ink=40):
    """300 by 200 pixels: a bar, grey lines of text, and over them a button that stands `shift` pixels lower."""
    picture = np.full((300, 200, 3), paper, np.uint8)
    picture[10:14] = ink
    for line in range(40, 280, 6):
        words = (np.arange(180) // 5) % 3 > 0
        picture[line : line + 3, 10:190] = np.where(words[:, None], (paper + ink) // 2, paper)
    picture[20 + shift : 31 + shift, 10:50] = (29, 79, 184)
    return picture


@pytest.mark.parametrize("paper", [255, 24])
def test_a_picture_is_read_as_it_was_written_but_for_rounded_colours(tmp_path, paper):
    picture = page(paper=paper)
    write_png(tmp_path / "a" / "one.png", picture)
    again = read_png(tmp_path / "a" / "one.png")
    assert again.shape == picture.shape
    assert np.abs(again.astype(int) - picture).max() <= 8
    assert not unlike(again, picture).any()


def test_more_colours_than_a_palette_holds_become_the_nearest(tmp_path):
    picture = RANDOM.integers(0, 256, (80, 80, 3)).astype(np.uint8)
    write_png(tmp_path / "one.png", picture)
    again = read_png(tmp_path / "one.png")
    assert len(np.unique(again.reshape(-1, 3), axis=0)) <= 256
    assert np.abs(again.astype(int) - picture).mean() < 40


def test_letters_drawn_a_little_otherwise_are_the_same_page():
    noise = RANDOM.integers(-30, 31, (300, 200, 3))
    other = np.clip(page().astype(int) + noise, 0, 255).astype(np.uint8)
    assert not is_changed(unlike(page(), other))


@pytest.mark.parametrize("shift", [2, 4])
def test_a_block_that_moved_by_a_few_pixels_is_seen(shift):
    assert is_changed(unlike(page(), page(shift)))


def test_lines_that_moved_are_seen():
    one = page()
    assert is_changed(unlike(one, np.roll(one, 3, axis=0)))


def test_a_longer_page_differs_in_what_is_new():
    one = page()
    there = unlike(one[:250], one)
    assert not there[:250].any()
    assert there[250:].all()
    assert marked(one[:250], there).shape == (300, 200, 3)
    assert (marked(one[:250], there)[299, 0] == (200, 0, 0)).all()

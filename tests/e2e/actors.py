"""Readers who do the same things in different ways: with a pointer, or by keyboard alone."""

from __future__ import annotations

import pytest

FURTHEST = 400
"""Presses of Tab, at most, to anything on a page."""


def focus_is_seen(page):
    """Whether what has the focus shows it: an outline or a shadow that has a width."""
    return page.evaluate(
        """() => { const look = getComputedStyle(document.activeElement);
                   return (look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) > 0)
                          || look.boxShadow !== 'none' }"""
    )


class Pointer:
    """Clicks and ticks as most people do; needs no script to run."""

    def __init__(self, page):
        self.page = page

    def seen(self, selector):
        """What the selector names, where it is in sight: while Dash takes over, its page is there unseen."""
        return self.page.locator(selector).locator("visible=true").first

    def press(self, selector):
        """A link, a button, or what unfolds."""
        self.seen(selector).click()

    def tick(self, selector):
        """Turn a box over."""
        self.seen(selector).click()

    def send(self, selector):
        """A form's button; where scripts run the form may have been sent by what was chosen."""
        self.press(selector)

    def write(self, selector, text):
        self.seen(selector).fill(text)


class Keyboard(Pointer):
    """Reaches everything by Tab, and sees where it is."""

    def reach(self, selector):
        for _ in range(FURTHEST):
            if self.seen(selector).evaluate("one => one === document.activeElement"):
                break
            self.page.keyboard.press("Tab")
        else:
            pytest.fail(f"{selector} cannot be reached by keyboard")
        assert focus_is_seen(self.page), f"{selector} does not show that it has the focus"

    def press(self, selector):
        self.reach(selector)
        self.page.keyboard.press("Enter")

    def tick(self, selector):
        self.reach(selector)
        self.page.keyboard.press("Space")

    def write(self, selector, text):
        self.reach(selector)
        self.page.keyboard.type(text)

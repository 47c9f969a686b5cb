"""Pages as a test walks over them: a strict reader of HTML that knows what contains what."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"}


@dataclass
class Node:
    """An element: its name, attributes and what it holds, text included."""

    name: str
    attributes: dict[str, str]
    parent: Node | None = None
    children: list[Node | str] = field(default_factory=list)

    def __iter__(self) -> Iterator[Node]:
        """The element itself and all below it, in the order of the page."""
        yield self
        for child in self.children:
            if isinstance(child, Node):
                yield from child

    def get(self, name: str) -> str | None:
        """An attribute."""
        return self.attributes.get(name)

    def all(self, *names: str) -> list[Node]:
        """Every element below of these names."""
        return [one for one in self if one.name in names and one is not self]

    def one(self, name: str) -> Node:
        """The only element of that name."""
        (found,) = self.all(name)
        return found

    def with_class(self, name: str) -> list[Node]:
        """Every element below that has the class."""
        return [one for one in self if name in (one.get("class") or "").split()]

    def inside(self, *names: str) -> bool:
        """Whether it stands within an element of one of these names."""
        return self.parent is not None and (self.parent.name in names or self.parent.inside(*names))

    @property
    def text(self) -> str:
        """All text below, on one line, no-break spaces kept; what only a chart draws is left out."""
        parts = [child if isinstance(child, str) else child.text for child in self.children if not is_svg(child)]
        return re.sub(r"[ \t\n]+", " ", "".join(parts)).strip(" ")


def is_svg(child: Node | str) -> bool:
    """Whether it is a drawing."""
    return isinstance(child, Node) and child.name == "svg"


class _Strict(HTMLParser):
    """Builds the tree; an end without its beginning, or an attribute given twice, raises."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("#document", {})
        self._open = self.root

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        if len(set(names)) != len(names):
            raise ValueError(f"<{tag}> has an attribute twice: {names}")
        node = Node(tag, {name: value or "" for name, value in attrs}, self._open)
        self._open.children.append(node)
        if tag not in VOID:
            self._open = node

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._open.name != tag:
            raise ValueError(f"</{tag}> closes <{self._open.name}>")
        self._open = self._open.parent or self.root

    def handle_data(self, data: str) -> None:
        self._open.children.append(data)


def read(markup: str) -> Node:
    """The tree of a page or of a piece of one. Raises ValueError where tags do not pair."""
    parser = _Strict()
    parser.feed(markup)
    parser.close()
    if parser._open is not parser.root:
        raise ValueError(f"<{parser._open.name}> is never closed")
    return parser.root

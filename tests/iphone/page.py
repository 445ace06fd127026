"""A page of HTML as its elements, for tests. What is not balanced is an error."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "br", "hr", "img", "link", "input", "area", "base", "col", "embed", "source", "track", "wbr"}


@dataclass
class Element:
    """An element, its attributes, and the text in it without that of others."""

    name: str
    attributes: dict[str, str]
    path: tuple[str, ...]
    text: str = ""
    all_text: str = ""


@dataclass
class Page(HTMLParser):
    """The elements of a page in the order in which they begin."""

    elements: list[Element] = field(default_factory=list)
    open_: list[Element] = field(default_factory=list)
    doctype: str = ""

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_decl(self, decl: str) -> None:
        self.doctype = decl

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"<{tag}> has an attribute twice"
        path = tuple(each.name for each in self.open_)
        element = Element(tag, {name: value or "" for name, value in attrs}, path)
        self.elements.append(element)
        if tag not in VOID:
            self.open_.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert any(each.name == "svg" for each in self.open_), f"<{tag}/> outside of a picture"
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open_, f"</{tag}> ends nothing"
        assert self.open_.pop().name == tag, f"</{tag}> ends something else"

    def handle_data(self, data: str) -> None:
        if self.open_:
            self.open_[-1].text += data
        for element in self.open_:
            element.all_text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment on a page for people: {data}")

    def named(self, *names: str) -> list[Element]:
        """The elements of these names."""
        return [element for element in self.elements if element.name in names]

    def of_class(self, name: str) -> list[Element]:
        """The elements of a class."""
        return [element for element in self.elements if name in element.attributes.get("class", "").split()]


def parsed(text: str) -> Page:
    """The elements of a page. Raises AssertionError where they are not balanced."""
    page = Page()
    page.feed(text)
    page.close()
    assert not page.open_, f"never ended: {[each.name for each in page.open_]}"
    return page

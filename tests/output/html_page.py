"""A report read back as a browser would, without one."""

import json
from html.parser import HTMLParser
from typing import Any

_VOID = {"meta", "br", "img", "link", "hr", "input"}


class Page(HTMLParser):
    """A page read back: its elements, the text of the articles, styles, scripts and data; all of it closed."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.articles: list[str] = []
        self.raw: dict[str, list[str]] = {"style": [], "script": []}
        self.data: dict[str, Any] = {}
        self.words = ""
        self._open: list[tuple[str, str]] = []
        self.feed(text)
        self.close()
        assert not self._open
        self.records: list[Any] = self.data["catalogue"]["records"] if "catalogue" in self.data else []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the element."""
        values = {name: value or "" for name, value in attrs}
        self.elements.append((tag, values))
        if tag not in _VOID:
            self._open.append((tag, "data" if "json" in values.get("type", "") else values.get("class", "")))
        if tag == "div" and values.get("class") == "text":
            self.articles.append("")

    def handle_endtag(self, tag: str) -> None:
        """Hold the element to be the last that was opened."""
        assert self._open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        """Put the text where it belongs."""
        if self._open and self._open[-1] == ("script", "data"):
            self.data[self.elements[-1][1]["id"]] = json.loads(data)
            return
        if self._open and self._open[-1][0] in self.raw:
            self.raw[self._open[-1][0]].append(data)
            return
        if ("div", "text") in self._open:
            self.articles[-1] += data
        self.words += data

    def values(self, name: str) -> list[str]:
        """All values of an attribute."""
        return [values[name] for _, values in self.elements if name in values]

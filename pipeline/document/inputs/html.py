"""Web pages: the article's body without what stands around it, and what the page says of it, by trafilatura."""

import importlib
import re
from typing import Any, Final

from pipeline.document.encoding import decode
from pipeline.document.inputs.extracted import Extracted, Refused, too_long

_CHARSET: Final = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]{2,30})", re.IGNORECASE)
_HEAD: Final = 4096
"""Bytes in which the charset stands."""
_CODECS: Final = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "big5": "cp950",
    "utf-8": "utf-8",
}
"""Charsets as pages name them; who says GB2312 writes more than that has."""
_MARKUP: Final = re.compile(rb"(?is)<(script|style)\b.*?</\1|<[^>]*>")
_SITE: Final = re.compile(r"\s*[-_|–—]\s*")
_MOST_BROKEN: Final = 0.001
"""The share of characters that may be damaged."""
_DATES: Final = {"original_date": True, "extensive_search": False}
"""Dates that the page gives as such; guessed ones may be those of other articles."""
_HEADING_LINES: Final = 5


def extract(data: bytes, most: int) -> Extracted:
    """The article of a web page, ``most`` characters at most.

    Raises:
        Refused: it is no page, or no article is found on it.
        ImportError: trafilatura is not there.
    """
    trafilatura: Any = importlib.import_module("trafilatura")
    page, encoding = decoded(data)
    tree = trafilatura.load_html(page)
    if tree is None:
        raise Refused("it is no HTML page.", "Save the page anew, or give its text.")
    _free_of_layout(tree)
    told = trafilatura.extract_metadata(tree, date_config=_DATES)
    body = trafilatura.extract(tree, include_comments=False) or ""
    lines = [line for each in body.splitlines() if (line := _line(each))]
    if not lines:
        raise Refused("no article is found on the page.", "Save the article's text, and give that.")
    if sum(map(len, lines)) > most:
        raise too_long(most)
    title = _title(told.title or "", lines)
    if title and title not in lines[:_HEADING_LINES]:
        lines.insert(0, title)
    metadata = {
        "title": title,
        "author": told.author or _named(tree, "author"),
        "date": told.date or "",
        "publication": told.sitename or _named(tree, "sitename"),
        "url": told.url or "",
    }
    return Extracted(
        "\n".join(lines) + "\n",
        metadata={key: value for key, value in metadata.items() if value},
        encoding=encoding,
    )


def decoded(data: bytes) -> tuple[str, str]:
    """The page's text and the name of its encoding: the one that it names, else the one that it looks like.

    Raises:
        Refused: it is in none that is read here.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) and (marked := decode(data)) is not None:
        return marked.text, marked.encoding
    named = _CHARSET.search(data[:_HEAD])
    codec = _CODECS.get(named[1].decode().lower().replace("utf8", "utf-8")) if named else None
    found = decode(_MARKUP.sub(b" ", data))
    if codec is None or (found is not None and found.encoding.startswith("utf")):
        if found is None:
            raise Refused("it is not text in UTF-8, GB18030 or Big5.", "Save the page as UTF-8.")
        codec = _CODECS.get(found.encoding, found.encoding)
    text = data.decode(codec, errors="replace")
    if text.count("\ufffd") > _MOST_BROKEN * len(text):
        raise Refused(f"it is no text in {codec}, as it says.", "Save the page as UTF-8.")
    return text, "big5" if codec == "cp950" else codec


def _free_of_layout(tree: Any) -> None:
    """Tables that hold blocks are there for the page's looks: what stands in their cells is no table."""
    for table in tree.xpath("//table[.//table or .//div or .//p]"):
        for element in table.iter("table", "tbody", "tr", "td"):
            element.tag = "div"


def _line(line: str) -> str:
    """A line of the body; the cells of a table's row parted by white space alone."""
    plain = line.strip()
    if plain.startswith("|"):
        plain = "　".join(cell.strip() for cell in plain.strip("|").split("|") if cell.strip(" -"))
    return plain


def _title(told: str, lines: list[str]) -> str:
    """The page's title; without the site's name behind it where the page prints it so."""
    whole = " ".join(told.split())
    parts = [whole, *(whole[: match.start()] for match in _SITE.finditer(whole))]
    return next((part for part in parts if part in lines[:_HEADING_LINES]), whole)


def _named(tree: Any, name: str) -> str:
    """What a ``meta`` element of that name says; authorities' pages have names of their own (``SiteName``)."""
    for element in tree.iter("meta"):
        if (element.get("name") or "").lower() == name:
            return (element.get("content") or "").strip()
    return ""

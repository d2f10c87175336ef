"""Word files: paragraphs, headings, text boxes and tables, by mammoth, and the file's own title and author."""

import importlib
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any, Final
from xml.etree import ElementTree

from pipeline.document.inputs.extracted import Extracted, Refused, too_long

_MOST_XML: Final = 32 << 20
"""Bytes of all parts that are read, unpacked."""
_CORE: Final = "docProps/core.xml"
_DUBLIN: Final = "{http://purl.org/dc/elements/1.1/}"
_BLOCKS: Final = {"p", "li", "h1", "h2", "h3", "h4", "h5", "h6"}


def extract(data: bytes, most: int) -> Extracted:
    """The text of a DOCX file, ``most`` characters at most: what is deleted, and heads and feet of pages, left out.

    Raises:
        Refused: it is damaged, encrypted, or unpacks to more than any article has.
        ImportError: mammoth is not there.
    """
    mammoth: Any = importlib.import_module("mammoth")
    try:
        told = _properties(data)
        # Pictures are not looked at.
        nothing = mammoth.images.img_element(lambda _: {})
        html = mammoth.convert_to_html(BytesIO(data), convert_image=nothing).value
        lines = [
            line for each in _lines(ElementTree.fromstring(f"<div>{html}</div>")) if (line := each.strip())
        ]
    except Refused:
        raise
    except Exception:  # What a damaged archive makes of mammoth is any error at all.
        raise Refused("it is damaged, or no Word file.", "Save it anew as .docx.") from None
    if sum(map(len, lines)) > most:
        raise too_long(most)
    title = told.get("title", "")
    metadata = {"title": title if title in lines else "", "author": told.get("creator", "")}
    return Extracted(
        "".join(f"{line}\n" for line in lines),
        metadata={key: value for key, value in metadata.items() if value},
    )


def _properties(data: bytes) -> dict[str, str]:
    """The file's Dublin Core properties; looks at the size of what is to be unpacked first."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        # An archive that lies about a size is cut short there by zipfile, and is then damaged.
        if (
            sum(each.file_size for each in archive.infolist() if each.filename.endswith((".xml", ".rels")))
            > _MOST_XML
        ):
            raise Refused(
                f"its text unpacks to more than {_MOST_XML >> 20} MiB.",
                "Split it into one file for each article.",
            )
        if _CORE not in archive.namelist():
            return {}
        core = ElementTree.fromstring(archive.read(_CORE))
    return {
        each.tag.removeprefix(_DUBLIN): " ".join((each.text or "").split())
        for each in core
        if each.tag.startswith(_DUBLIN)
    }


def _lines(element: ElementTree.Element) -> Iterator[str]:
    """The blocks under an element, one a line; so is a row of a table, unless its cells hold several blocks."""
    for child in element:
        if child.tag == "tr" and not any(len(cell.findall(".//p")) > 1 for cell in child):
            yield "　".join(text for cell in child if (text := "".join(_words(cell)).strip()))
        elif child.tag in _BLOCKS and not any(each.tag in ("p", "ul", "ol") for each in child):
            yield from "".join(_words(child)).split("\n")
        else:
            yield from _lines(child)


def _words(element: ElementTree.Element) -> Iterator[str]:
    """The text of an element, a line end for a break; marks of footnotes are left out."""
    if element.tag == "br":
        yield "\n"
    if "note-ref" not in element.get("id", ""):
        yield element.text or ""
        for child in element:
            yield from _words(child)
            yield child.tail or ""

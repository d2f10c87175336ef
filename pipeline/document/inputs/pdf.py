"""PDF with a text layer: what stands on its pages, in reading order, by PDFium and the places of its characters."""

import contextlib
import ctypes
import importlib
import math
from typing import Any, Final

from pipeline.document.inputs.column import Column
from pipeline.document.inputs.cuts import rows
from pipeline.document.inputs.extracted import Extracted, Refused, too_long
from pipeline.document.inputs.glyphs import Glyph, pieces
from pipeline.document.inputs.order import reading_order
from pipeline.document.inputs.page import Area, Sheet, body_size
from pipeline.document.inputs.paragraphs import paragraphs, written
from pipeline.document.inputs.running import parted
from pipeline.document.text import PrintedPage

MOST_PAGES: Final = 500
"""Pages of the longest PDF; a day's newspaper has a few dozen."""
_FEWEST: Final = 20
"""Visible characters without which a page has no text; what scanners stamp on one is less."""
_DESCENT: Final = 0.12
"""How far below its base line a Chinese character reaches, in sizes."""
_THIN: Final = 3.0
"""Points: what is thinner is a rule, not a frame."""
_SPLIT: Final = "Split it into one file for each article or page."
_OCR: Final = (
    "Give the text, or make a text layer first, for example: ocrmypdf -l chi_sim IN.pdf OUT.pdf "
    "(what was recognised wrongly is then read wrongly)."
)


def extract(data: bytes, most: int) -> Extracted:
    """The text of a PDF with the places of its lines, ``most`` characters at most.

    Raises:
        Refused: it is encrypted, damaged, too long, or has no text layer.
        ImportError: PDFium is not there.
    """
    pdfium: Any = importlib.import_module("pypdfium2")
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        raise _refused(str(error)) from None
    try:
        if len(document) > MOST_PAGES:
            raise Refused(f"it has {len(document):,} pages, more than {MOST_PAGES}.", _SPLIT)
        return _extracted(document, most)
    except pdfium.PdfiumError:
        raise _damaged() from None
    finally:
        document.close()


def _refused(reason: str) -> Refused:
    if "assword" in reason or "ecurity" in reason:
        return Refused(
            "it is encrypted and needs a password.", "Save it without one, for example by printing it to PDF."
        )
    return _damaged()


def _damaged() -> Refused:
    return Refused("it is damaged, or no PDF.", "Get the file anew; see whether a PDF viewer opens it.")


def _extracted(document: Any, most: int) -> Extracted:
    sheets: list[Sheet] = []
    count = 0
    for number in range(1, len(document) + 1):
        with (
            contextlib.closing(document[number - 1]) as page,
            contextlib.closing(page.get_textpage()) as text,
        ):
            count += text.count_chars()
            if count > most:
                raise too_long(most, f" up to page {number}")
            sheets.append(_sheet(page, text, number))
    bare = [sheet.number for sheet in sheets if sum(len(piece.text) for piece in sheet.pieces) < _FEWEST]
    if len(bare) == len(sheets):
        raise Refused(f"it has no text layer: {_pictures(sheets)}.", _OCR)
    size = body_size(piece for sheet in sheets for piece in sheet.pieces)
    columns = [
        (sheet.number, column)
        for sheet, running in parted(sheets)
        for column in (*reading_order(sheet), *(Column(rows([piece]), aside=True) for piece in running))
    ]
    text, lines = written(paragraphs(columns, size))
    printed = tuple(
        PrintedPage(each.number, each.width, each.height, tuple(lines.get(each.number, ())))
        for each in sheets
    )
    return Extracted(text, printed, _metadata(document, text, bare))


def _pictures(sheets: list[Sheet]) -> str:
    pages = f"{len(sheets)} page{'s' * (len(sheets) > 1)}"
    return (
        f"{pages} of pictures (a scan)"
        if any(sheet.pictures for sheet in sheets)
        else f"{pages} without text"
    )


def _metadata(document: Any, text: str, bare: list[int]) -> dict[str, str]:
    """What the file says of itself: its title where that is printed, too, and its author.

    Often the title is that of a template and the date that of a conversion; so no date is taken from here.
    """
    given = document.get_metadata_dict(skip_empty=True)
    found = {"author": given.get("Author", "").strip()}
    title = given.get("Title", "").strip()
    if title and _bare(title) in _bare(text):
        found["title"] = title
    if bare:
        found["pages_without_text"] = ", ".join(map(str, bare))
    return {key: value for key, value in found.items() if value}


def _bare(text: str) -> str:
    return "".join(text.split())


def _sheet(page: Any, text: Any, number: int) -> Sheet:
    """What stands on a page, with its text as PDFium has it."""
    raw: Any = importlib.import_module("pypdfium2.raw")
    turn = _Turn(page)
    glyphs = [glyph for at in range(text.count_chars()) if (glyph := _glyph(raw, text, at, turn)) is not None]
    pictures: list[Area] = []
    frames: list[Area] = []
    rules: list[Area] = []
    for each in page.get_objects(
        filter=[raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_SHADING]
    ):
        area = turn.area(each.get_bounds())
        if each.type != raw.FPDF_PAGEOBJ_PATH:
            pictures.append(area)
        elif min(area.width, area.height) < _THIN:
            rules.append(area)
        else:
            frames.append(area)
    return Sheet(number, *turn.size, tuple(pieces(glyphs)), tuple(pictures), tuple(frames), tuple(rules))


def _glyph(raw: Any, text: Any, at: int, turn: "_Turn") -> Glyph | None:
    """The character at a place; None for what PDFium adds (blanks, line ends), or has no character or place for."""
    code = raw.FPDFText_GetUnicode(text, at)
    if (
        raw.FPDFText_IsGenerated(text, at) == 1
        or code < 0x20
        or 0xD800 <= code < 0xE000
        or code in (0xFFFE, 0xFFFF)
    ):
        return None
    matrix = raw.FS_MATRIX()
    raw.FPDFText_GetMatrix(text, at, matrix)
    size = raw.FPDFText_GetFontSize(text, at) * math.hypot(matrix.c, matrix.d)
    left, bottom, right, top = text.get_charbox(at, loose=True)
    if abs(matrix.b) + abs(matrix.c) < 0.01 * size and matrix.d > 0:
        # One height for a whole line: a dash has a box of its own height.
        x, y = ctypes.c_double(), ctypes.c_double()
        raw.FPDFText_GetCharOrigin(text, at, x, y)
        bottom = y.value - _DESCENT * size
        top = bottom + size
    if not all(map(math.isfinite, (left, bottom, right, top, size))):
        return None
    return Glyph(chr(code), turn.area((left, bottom, right, top)), size or top - bottom)


class _Turn:
    """From a page's own coordinates, that begin in some corner, to those of the page as it is shown."""

    def __init__(self, page: Any) -> None:
        self._quarter = page.get_rotation() // 90
        self._box = page.get_bbox()
        left, bottom, right, top = self._box
        width, height = round(right - left, 1), round(top - bottom, 1)
        self.size: tuple[float, float] = (height, width) if self._quarter % 2 else (width, height)

    def area(self, box: tuple[float, float, float, float]) -> Area:
        """A rectangle given as left, bottom, right, top."""
        left, bottom, right, top = self._box
        x0, y0, x1, y1 = box[0] - left, top - box[3], box[2] - left, top - box[1]
        width, height = right - left, top - bottom
        match self._quarter:
            case 1:
                return Area(height - y1, x0, height - y0, x1)
            case 2:
                return Area(width - x1, height - y1, width - x0, height - y0)
            case 3:
                return Area(y0, width - x1, y1, width - x0)
        return Area(x0, y0, x1, y1)

"""What stands at the head or foot of every page of a file: its running title, its page numbers."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from pipeline.document.inputs.page import Piece, Sheet

_EDGE: Final = 0.1
"""The part of a page, above and below, in which running lines stand."""
_NUMBER: Final = re.compile(r"[0-9]+")


def parted(sheets: Sequence[Sheet]) -> list[tuple[Sheet, tuple[Piece, ...]]]:
    """Each page without its running lines, and these: what stands at the edge of most pages, but for the numbers in it."""
    pages = Counter(
        key for sheet in sheets for key in {_key(sheet, piece) for piece in sheet.pieces} - {None}
    )
    often = {key for key, count in pages.items() if count > 1 and 2 * count >= len(sheets)}
    found = []
    for sheet in sheets:
        running = tuple(piece for piece in sheet.pieces if _key(sheet, piece) in often)
        rest = tuple(piece for piece in sheet.pieces if piece not in running)
        found.append((replace(sheet, pieces=rest), running))
    return found


def _key(sheet: Sheet, piece: Piece) -> tuple[str, int] | None:
    """What a running line has on every page: its words and its height; None in the midst of a page."""
    middle = (piece.area.y0 + piece.area.y1) / 2 / sheet.height
    if _EDGE < middle < 1 - _EDGE:
        return None
    return _NUMBER.sub("0", piece.text), round(50 * middle)

"""Text that a spreadsheet would take for a formula, made harmless in a way that can be undone."""

import unicodedata
from typing import Final

_FIRST: Final = frozenset("=+-@")
_LINE_STARTS: Final = ("\t", "\r", "\n")
GUARD: Final = "'"


def is_formula(text: str) -> bool:
    """Whether a spreadsheet could take ``text`` for a formula: by its first character that can be seen.

    Full-width and small forms (``＝``, ``﹢``) count as well; spreadsheets in East Asia read them so.
    """
    seen = next((char for char in text if unicodedata.category(char)[0] not in "CZ"), "")
    return text.startswith(_LINE_STARTS) or unicodedata.normalize("NFKC", seen)[:1] in _FIRST


def guarded(text: str) -> str:
    """``text``, behind an apostrophe where it could be taken for a formula or begins with one itself.

    So whoever reads the file takes one apostrophe off each text that begins with one, and has what was there.
    """
    return GUARD + text if is_formula(text) or text.startswith(GUARD) else text

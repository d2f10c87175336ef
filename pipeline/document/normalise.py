"""One form for what is written in several: simplified characters, half-width letters, full-width punctuation.

Every step keeps the length, so the map back to the source stays as it is.
"""

import re
import unicodedata
from functools import cache

from opencc import OpenCC

from pipeline.document.text import HAN, Script

_HANT_SHARE = 0.1
"""Simplification changes a quarter of the characters of traditional text, next to none of simplified."""

_IDEOGRAPH = re.compile(f"[{HAN}]")


def _table() -> dict[int, str]:
    """Letters, digits and some signs in half width; radicals and compatibility forms as plain characters."""
    table = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F) if chr(code - 0xFEE0).isalnum()}
    table |= {ord(wide): chr(ord(wide) - 0xFEE0) for wide in "％＋＝＃＆＠＊＜＞～＿"}
    for code in (*range(0x2F00, 0x2FD6), *range(0xF900, 0xFAD9)):
        plain = unicodedata.normalize("NFKC", chr(code))
        if len(plain) == 1:
            table[code] = plain
    # Newlines are here for text whose lines are already joined: one may stand between two Latin words.
    table |= {code: " " for code in range(0x110000 >> 4) if chr(code).isspace()}
    return table


_WIDTH = _table()
_BETWEEN_DIGITS = re.compile(r"(?<=[0-9])[．－／：](?=[0-9])")
_CJK = rf"[{HAN}，。、；：？！“”‘’（）《》〈〉【】「」『』…—]"
_ASCII_STOP = re.compile(rf"(?<={_CJK})[,:;?!()]|[,:;?!()](?={_CJK})|(?<=[\"'%])[,:;]")


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")


@cache
def _simplify_character(character: str) -> str:
    plain: str = _converter().convert(character)
    return plain if len(plain) == 1 else character


def simplify(text: str) -> str:
    """``text`` in simplified characters, of the same length."""
    plain: str = _converter().convert(text)
    return plain if len(plain) == len(text) else "".join(map(_simplify_character, text))


def fold_width(text: str) -> str:
    """Full-width letters, digits and signs in half width, white space as blanks, of the same length.

    Chinese punctuation stays, except a point, dash, slash or colon between two digits.
    """
    folded = text.translate(_WIDTH)
    return _BETWEEN_DIGITS.sub(lambda match: chr(ord(match[0]) - 0xFEE0), folded)


def widen_stops(text: str) -> str:
    """ASCII commas, colons, brackets and stops beside Chinese text as Chinese ones, of the same length."""
    return _ASCII_STOP.sub(lambda match: chr(ord(match[0]) + 0xFEE0), text)


def normalise(text: str) -> str:
    """The form in which text is segmented, shown to a model and checked; its length is that of ``text``."""
    return simplify(widen_stops(fold_width(text)))


def script_of(text: str) -> Script:
    """``hant`` where simplification changes at least a tenth of the Chinese characters, else ``hans``."""
    characters = "".join(_IDEOGRAPH.findall(text.translate(_WIDTH)))
    changed = sum(a != b for a, b in zip(characters, simplify(characters), strict=True))
    return "hant" if characters and changed >= _HANT_SHARE * len(characters) else "hans"

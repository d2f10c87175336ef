"""Evidence as one reads it aloud: without the line ends and the blanks that the page put into it."""

import re
from typing import Final

_BLANKS: Final = re.compile(r"\s+")


def in_one_line(text: str) -> str:
    """``text`` without white space, but for one blank between words that are not Chinese.

    ``呼吸\\n内科`` becomes ``呼吸内科``, ``9 大中心`` becomes ``9大中心``, ``CT \\n 64`` becomes ``CT 64``.
    """
    return _BLANKS.sub(_blank, text).strip()


def _blank(found: re.Match[str]) -> str:
    text, start, end = found.string, found.start(), found.end()
    return " " if text[start - 1 : start].isascii() and text[end : end + 1].isascii() else ""

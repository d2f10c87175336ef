"""Captions that a page prints twice, to look bold, as a whole or run by run: ``院长院长、、主任主任``.

Only what is doubled from end to end is a double; a word said twice in a sentence is not.
"""

import re
from collections import Counter
from collections.abc import Sequence

from pipeline.document.text import HAN

_LONGEST = 240
"""A doubled caption has at most this many visible code points; a longer line is not looked at."""
_SHORTEST = 6
"""Below this, a doubled word (``加油加油``) is more likely than a doubled caption."""

_CHINESE = re.compile(f"[{HAN}]")


def split_double(text: str) -> tuple[Sequence[int], Sequence[int]] | None:
    """Positions of the copy to keep and, one for one, of the copy to drop; None where not all is doubled.

    White space is passed over when the copies are compared and is in neither of the two lists.
    """
    places = [at for at, character in enumerate(text[: 3 * _LONGEST]) if not character.isspace()]
    if len(text) > 3 * _LONGEST or not _SHORTEST <= len(places) <= _LONGEST or len(places) % 2:
        return None
    dense = "".join(text[at] for at in places)
    if any(count % 2 for count in Counter(dense).values()) or len(set(_CHINESE.findall(dense))) < 2:
        return None
    kept: list[int] = []
    dropped: list[int] = []
    at = longest = 0
    while at < len(dense):
        run = _doubled_run(dense, at)
        if not run:
            return None
        kept += places[at : at + run]
        dropped += places[at + run : at + 2 * run]
        longest = max(longest, run)
        at += 2 * run
    return (kept, dropped) if longest > 1 else None


def _doubled_run(text: str, at: int) -> int:
    """The length of the longest run at ``at`` that is followed by itself, 0 for none."""
    second = at + (len(text) - at) // 2
    while (second := text.rfind(text[at], at + 1, second + 1)) > at:
        if text.startswith(text[at:second], second):
            return second - at
        second -= 1
    return 0

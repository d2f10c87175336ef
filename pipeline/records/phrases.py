"""Where a copied name ends: inside a word, or before words with which its phrase goes on.

Text is cut into the likeliest words of the lexicon that the reading order of columns uses. A name that ends in mid-word, or that only
says what kind of thing the next noun is (``门诊`` of ``门诊大厅``), is not what the sentence states.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Final

from pipeline.lexicon import LONGEST, lexicon
from pipeline.records.organizations import names_in

_NOUNS: Final = frozenset(("n", "vn", "nz", "j", "l"))
_MODIFY: Final = frozenset(("n", "nz", "ns", "b"))
_NO_MODIFIER: Final = frozenset(
    ("医院", "科室", "全市", "全省", "全县", "全国", "我院", "该院", "全院", "对口", "积极", "项", "个", "家")
)
_OF_ANY: Final = frozenset(
    (
        "项目",
        "建设",
        "建设项目",
        "团队",
        "工程",
        "上线",
        "评审",
        "考核",
        "认证",
        "验收",
        "改造",
        "创建",
        "资质",
        "可行性",
    )
)
"""Nouns behind a name that do not change what is named."""
_HOW: Final = frozenset(("全面", "正式", "同步", "现场", "免费", "整体", "全程", "定期", "统一", "全部"))
"""Words that tell how something is done, and pass for nouns."""
_PARTICLES: Final = re.compile("[对将在为已可能与和及等后前中内由向从把被让使是有则便就还也]")
"""Characters that begin what is said of a name, though the lexicon has a word with them at its end."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How a name ends in its text: ``whole`` where that is a word's end, and the ``next`` noun of its phrase, if any."""

    whole: bool
    next: str


def ending(text: str, name: str) -> Ending:
    """How ``name`` ends in ``text``, where it stands there best; whole, with nothing behind, where it stands nowhere."""
    ends = [one.end() for one in re.finditer(re.escape(name), text)] if name else []
    found = Ending(True, "")
    for end in ends:
        found = _ending_at(text, end)
        if found.whole and not found.next:
            break
    return found


def _ending_at(text: str, end: int) -> Ending:
    start = 0
    for word in words_of(text):
        if start < end < start + len(word) and not _PARTICLES.fullmatch(word[end - start :]):
            return Ending(False, word)
        if start == end:
            goes_on = (
                len(word) > 1 and lexicon().class_of(word) in _NOUNS and not (word in _OF_ANY or word in _HOW)
            )
            return Ending(True, word if goes_on else "")
        start += len(word)
    return Ending(True, "")


def modifiers(text: str, name: str) -> str:
    """The places, levels and nouns that stand right before ``name`` in ``text`` and belong to it: ``国家`` before ``卒中中心``.

    Nothing of an organization's name is one of them.
    """
    at = text.find(name)
    bodies = {end for _, end in names_in(text)}
    taken, start = "", at
    ends = tuple(accumulate(map(len, words_of(text))))
    # A name that begins inside a word has none.
    before = words_of(text)[: ends.index(at) + 1] if at in ends else ()
    for word in reversed(before):
        if start in bodies or lexicon().class_of(word) not in _MODIFY or word in _NO_MODIFIER:
            break
        taken, start = word + taken, start - len(word)
    return taken


@lru_cache(maxsize=512)
def words_of(text: str) -> tuple[str, ...]:
    """``text`` cut into the likeliest words of the lexicon."""
    known = lexicon()
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(text) + 1):
        readings = [
            (best[start][0] + share, start)
            for start in range(max(0, end - LONGEST), end)
            if (share := known.log_share(text[start:end])) is not None
        ]
        best.append(max(readings))
    found: list[str] = []
    end = len(text)
    while end:
        start = best[end][1]
        found.append(text[start:end])
        end = start
    return tuple(reversed(found))

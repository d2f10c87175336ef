"""What else a document calls a body, with the place that shows it.

``甲医院（乙医院）``, ``甲医院（以下简称“甲院”）`` and ``甲医院又称乙医院`` state it; a short form (``市一院``) is only printed, and read as
its full name by the rules of :mod:`pipeline.records.names`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from pipeline.document.text import Sentence
from pipeline.records.names import Mention, Names
from pipeline.records.organizations import is_generic, names_in, suffix_kind
from pipeline.records.words import clean

How = Literal["bracket", "declared", "printed"]

_WORDS: Final = r"(?:以下|下文|统)?(?:简称|又称|又名|也称|亦称|别称|原称|曾用名|原名)(?:为|是)?[:：]?|下称[:：]?|原(?![有来址则])"
_BRACKET: Final = re.compile(r"[ \u3000]*[（(]([^（）()]{2,60})[）)]")
_BEHIND: Final = re.compile(
    r"[，,]?(?:以下|下文)?(?:简称|又称|又名|也称|亦称)(?:为|是)?[:：]?[“\"「]?(?P<alias>[\u4e00-\u9fffA-Za-z]{2,30})"
)
_DECLARED: Final = re.compile(f"^(?:{_WORDS})")
_PARTS: Final = re.compile(r"[，,、；;/]")
_LATIN: Final = re.compile("[A-Z][A-Za-z-]{1,11}")
_MERGED: Final = re.compile("(?:合并|整合|组建|重组)")
_LONGEST: Final = 30


@dataclass(frozen=True, slots=True)
class Called:
    """That ``name``, the full name of a body in the document, is called ``alias`` too.

    ``bracket``: it stands in brackets behind the name. ``declared``: a word like 简称 says it. ``printed``: a short form that
    was read as the name. Source offsets ``[start, end)`` are of the statement, or of the short form.
    """

    name: str
    alias: str
    start: int
    end: int
    how: How


def called(sentences: Sequence[Sentence], names: Names) -> tuple[Called, ...]:
    """The other names of the bodies in a document, each once: with its statement, else where it is first printed."""
    numbered = {sentence.number: sentence for sentence in sentences}
    found: dict[tuple[str, str], Called] = {}
    for mention in names.mentions:
        for one in _behind(numbered[mention.sentence], mention):
            found.setdefault((one.name, one.alias), one)
    for mention in names.mentions:
        if mention.printed != mention.name and (mention.name, mention.printed) not in found:
            end = mention.start + len(mention.printed)
            one = _at(numbered[mention.sentence], mention, mention.start, end, mention.printed, "printed")
            found[one.name, one.alias] = one
    return tuple(found.values())


def _behind(sentence: Sentence, mention: Mention) -> Iterator[Called]:
    """What stands behind a name and says what else it is called."""
    end = mention.start + len(mention.printed)
    if bracket := _BRACKET.match(sentence.text, end):
        merged = _MERGED.search(bracket[1]) is not None
        for part in _PARTS.split(bracket[1]):
            alias, how = _alias(part)
            if alias and alias not in (mention.printed, mention.name) and not merged:
                yield _at(sentence, mention, mention.start, bracket.end(), alias, how)
        end = bracket.end()
    if told := _BEHIND.match(sentence.text, end):
        alias = _name_at_start(told["alias"])
        if alias and alias not in (mention.printed, mention.name):
            yield _at(sentence, mention, mention.start, told.start("alias") + len(alias), alias, "declared")


def _alias(part: str) -> tuple[str, How]:
    """What a part of a bracket names, and how; empty where it is no name."""
    bare = clean(part)
    rest = clean(_DECLARED.sub("", bare))
    if rest != bare:
        return (rest if 2 <= len(rest) <= _LONGEST else ""), "declared"
    # A bracket without such a word may hold anything: only what is a name from end to end is one.
    return (bare if _is_name(bare) else ""), "bracket"


def _is_name(text: str) -> bool:
    if _LATIN.fullmatch(text):
        return True
    whole = list(names_in(text)) == [(0, len(text))]
    return whole and suffix_kind(text) is not None and not is_generic(text)


def _name_at_start(text: str) -> str:
    """The name that running text begins with."""
    return next((text[:end] for start, end in names_in(text) if start == 0), "")


def _at(sentence: Sentence, mention: Mention, start: int, end: int, alias: str, how: How) -> Called:
    origin = sentence.origin[start:end]
    return Called(mention.name, alias, min(origin), max(origin) + 1, how)

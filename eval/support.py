"""Whether a value stands in the text that is cited for it, or where the guide lets it come from.

Evidence is the smallest text that states a fact: what only resolves a name (R5) or a year (R6) is no part of it, and a
modifier that a list shares is written out (R3). So three answers: in the evidence, elsewhere in the document by those
rules, or nowhere.
"""

import re
from functools import lru_cache
from typing import Any, Final

from eval.canonical import canonical_number, canonical_text
from eval.counts import SupportCounts
from eval.facts import Fact
from eval.texts import Text
from pipeline.records.numbers import numbers_in
from schemas import Comparator, FieldSpec

_DATE: Final = re.compile(r"(?P<year>\d{4})?-{0,2}(?P<rest>.*)")
_PARTS: Final = re.compile("[0-9]+")
_NAMES: Final = (Comparator.ORGANIZATION, Comparator.PERSON, Comparator.PERSON_OR_ORGANIZATION)
_STRETCH: Final = 2
"""Fewest characters of a stretch of text that a value is put together from."""
_NAME: Final = 3
"""The same of a name, which may be put together from all of the document: a body's and its unit's."""
_STRETCHES: Final = 3
"""Most stretches: a modifier that is shared, and the words that it is shared by."""


def support(fact: Fact, text: Text) -> SupportCounts:
    """The values of a record that can be looked for, how many stand elsewhere alone, and how many nowhere.

    In the evidence, names and words must stand as they are, numbers in any way of writing, dates with all their
    parts. Elsewhere, by the guide's rules: names as they are, years, and words in a few stretches of the evidence.
    """
    evidence, document = _Searched(text.cut(fact.spans)), _whole(text.sentences)
    elsewhere = unsupported = values = 0
    for spec in fact.specs:
        value = fact.values[spec.name]
        if value is None or spec.comparator in (Comparator.ENUM, Comparator.BOOLEAN):
            continue
        values += 1
        if not evidence.has(spec, value):
            resolved = _resolved(spec, value, evidence, document)
            elsewhere += resolved
            unsupported += not resolved
    return SupportCounts(values, elsewhere, unsupported)


class _Searched:
    """A text in the two forms in which values are looked for."""

    def __init__(self, text: str) -> None:
        self.plain, self.numbers = canonical_text(text), frozenset(numbers_in("".join(text.split())))

    def has(self, spec: FieldSpec, value: Any) -> bool:
        """Whether a value stands here as it is."""
        if spec.comparator is Comparator.NUMBER:
            return canonical_number(value) in self.numbers
        if spec.comparator is Comparator.DATE:
            return self.counts(*_PARTS.findall(value))
        return all(canonical_text(item) in self.plain for item in (value if spec.many else (value,)))

    def counts(self, *parts: str) -> bool:
        """Whether all these numbers stand here."""
        return all(str(int(part)) in self.numbers for part in parts)


@lru_cache(8)
def _whole(sentences: tuple[str, ...]) -> _Searched:
    """A document, read once for all its records."""
    return _Searched("".join(sentences))


def _resolved(spec: FieldSpec, value: Any, evidence: _Searched, document: _Searched) -> bool:
    if spec.comparator is Comparator.DATE:
        return all(_year_elsewhere(point, evidence, document) for point in value.split("/"))
    items = (
        [canonical_text(item) for item in (value if spec.many else (value,))]
        if isinstance(value, str | tuple)
        else []
    )
    if spec.comparator in _NAMES:
        return all(_in_stretches(item, document.plain, _NAME) for item in items)
    return spec.comparator is Comparator.TEXT and all(
        _in_stretches(item, evidence.plain, _STRETCH) for item in items
    )


def _year_elsewhere(point: str, evidence: _Searched, document: _Searched) -> bool:
    """R6: month and day are told by the evidence, the year by any part of the document."""
    parts = _DATE.fullmatch(point)
    assert parts
    return evidence.counts(*_PARTS.findall(parts["rest"])) and document.counts(*filter(None, [parts["year"]]))


def _in_stretches(value: str, plain: str, least: int) -> bool:
    """R3, and a unit behind its organization: whether ``value`` is a few stretches of ``plain``, one after the other."""
    if value in plain:
        return True
    at = 0
    for _ in range(_STRETCHES):
        ends = range(len(value), at + least - 1, -1)
        at = next((end for end in ends if value[at:end] in plain), len(value) + 1)
        if at >= len(value):
            break
    return at == len(value)

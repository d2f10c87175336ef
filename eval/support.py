"""Whether a value stands in the text that is cited for it."""

import re
from typing import Any

from eval.canonical import canonical_number, canonical_text
from eval.counts import SupportCounts
from eval.facts import Fact
from eval.texts import Text
from pipeline.records.numbers import numbers_in
from schemas import Comparator, FieldSpec

_PARTS = re.compile("[0-9]+")


def support(fact: Fact, text: Text) -> SupportCounts:
    """The values of a record that can be looked for in its evidence, and how many are not found.

    Names and words must stand there as they are, numbers in any way of writing, dates with all their parts.
    What gold itself takes from elsewhere (full names, years) is not found either: the share in gold is what
    to compare with.
    """
    cited = text.cut(fact.spans)
    plain, numbers = canonical_text(cited), frozenset(numbers_in("".join(cited.split())))
    found = [
        _stands(spec, fact.values[spec.name], plain, numbers)
        for spec in fact.specs
        if fact.values[spec.name] is not None and spec.comparator not in (Comparator.ENUM, Comparator.BOOLEAN)
    ]
    return SupportCounts(len(found), found.count(False))


def _stands(spec: FieldSpec, value: Any, plain: str, numbers: frozenset[str]) -> bool:
    if spec.comparator is Comparator.NUMBER:
        return canonical_number(value) in numbers
    if spec.comparator is Comparator.DATE:
        return all(str(int(part)) in numbers for part in _PARTS.findall(value))
    return all(canonical_text(item) in plain for item in (value if spec.many else (value,)))

"""Persons joined: one name is one person only where a body, or a post that one person holds, agrees.

What a document ties a name to becomes marks (a hospital; a society with its chair; the post of a city's mayor), and documents that
share one mean one person. Where one body has a name in units that nothing brings together (药剂科, 神经外科), the units keep
them apart, and a document that tells no unit is left open.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.join.groups import Groups
from pipeline.records.organizations import suffix_kind

_ONE_HOLDER: Final = re.compile(
    "中国(?:科学院|工程院)院士|国医大师|(?:[\u4e00-\u9fff]{2,8}[省市县区州旗]|国家[\u4e00-\u9fff]{2,12})(?:[\u4e00-\u9fff]{0,14})?(?:长|书记|主席|主任)"
)
_CHAIR: Final = re.compile("(?:名誉|候任|创会)?(?:副)?(?:会长|理事长|主任委员|主席|秘书长|组长)|院长|所长")


@dataclass(frozen=True, slots=True)
class Tie:
    """What a document ties a name to: ``body`` is an entity, ``body_name`` its name; each may be unknown."""

    body: str | None
    body_name: str
    unit: str
    position: str


Mark = str
Seen = Mapping[int, Sequence[Tie]]
"""What each document, by its number, ties one name to."""


def marks(seen: Seen) -> dict[int, tuple[Mark, ...]]:
    """What identifies a person of one name in each document; empty where nothing does."""
    units = _units(seen)
    return {
        n: tuple(sorted({mark for tie in ties for mark in _marks(tie, units)})) for n, ties in seen.items()
    }


def groups(found: Mapping[int, Sequence[Mark]]) -> list[tuple[Mark, tuple[int, ...]]]:
    """The persons: (the mark that the id hangs on, documents); documents without marks are left out."""
    joined = Groups[Mark]()
    for own in found.values():
        for mark in own:
            joined.join(own[0], mark)
    members: defaultdict[Mark, list[int]] = defaultdict(list)
    for n, own in found.items():
        if own:
            members[joined.root(own[0])].append(n)
    return sorted((mark, tuple(numbers)) for mark, numbers in members.items())


def _marks(tie: Tie, units: Mapping[str, Mapping[str, str] | None]) -> Iterator[Mark]:
    if _ONE_HOLDER.fullmatch(tie.position):
        yield f"post|{tie.position}"
    if tie.body is None:
        return
    if suffix_kind(tie.body_name) == "society":
        if _CHAIR.fullmatch(tie.position):
            yield f"chair|{tie.body}|{tie.unit}|{tie.position}"
        return
    of_body = units.get(tie.body)
    if of_body is None:
        yield f"body|{tie.body}"
    elif tie.unit:
        yield f"body|{tie.body}|{of_body[tie.unit]}"


def _units(seen: Seen) -> dict[str, Mapping[str, str] | None]:
    """For each body None where all units told are one person's, else the unit that stands for each."""
    told: defaultdict[str, list[set[str]]] = defaultdict(list)
    for ties in seen.values():
        by_body: defaultdict[str, set[str]] = defaultdict(set)
        for tie in ties:
            if tie.body and tie.unit:
                by_body[tie.body].add(tie.unit)
        for body, units in by_body.items():
            told[body].append(units)
    return {body: _apart(sets) for body, sets in told.items()}


def _apart(sets: Iterable[set[str]]) -> Mapping[str, str] | None:
    """Units that stand together in a document, or name one unit shorter and longer, are one person's."""
    joined = Groups[str]()
    for units in sets:
        first, *others = sorted(units)
        for unit in (first, *others):
            joined.join(first, unit)
    names = sorted(joined)
    for at, one in enumerate(names):
        for other in names[at + 1 :]:
            if same_unit(one, other):
                joined.join(one, other)
    found = {unit: joined.root(unit) for unit in names}
    return None if len(set(found.values())) <= 1 else found


def same_unit(one: str, other: str) -> bool:
    """Whether one unit's name is the other's in short: its characters in order, the first and the last the same."""
    short, long = sorted((one, other), key=len)
    rest = iter(long)
    return short[0] == long[0] and short[-1] == long[-1] and all(character in rest for character in short)

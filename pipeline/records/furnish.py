"""What a text says of a building beside its name: its cost, area and beds, in its own sentence and in those that go on about it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from pipeline.document.text import Sentence

Measure = Literal["investment", "area", "beds"]

_NUMBER: Final = r"[\d０-９一二三四五六七八九十百千两][\d０-９.,，一二三四五六七八九十百千万亿两余多]*"
_ROUGHLY: Final = r"(?:[估概预]算|约为?|近|达到?|超过?|为|共计?|计|至少)?\s*"
_AREA_UNIT: Final = r"\s*(?:平方米|平米|㎡|m²|亩|公顷)"
_FORMS: Final[tuple[tuple[Measure, re.Pattern[str]], ...]] = (
    ("investment", re.compile(rf"(?:总?投资(?:总?额|规模)?|总?造价|耗资|斥资){_ROUGHLY}({_NUMBER}\s*元)")),
    (
        "area",
        re.compile(
            rf"(?:建筑总?面积|建设总?面积|建设规模|(?<!占地|用地)总面积){_ROUGHLY}({_NUMBER}{_AREA_UNIT})"
        ),
    ),
    ("area", re.compile(rf"(?:占地|用地)(?:总?面积|总?规模)?{_ROUGHLY}({_NUMBER}{_AREA_UNIT})")),
    ("area", re.compile(rf"面积{_ROUGHLY}({_NUMBER}{_AREA_UNIT})")),
    ("beds", re.compile(rf"(?:床位|病床)(?:总?数量?|规模)?{_ROUGHLY}({_NUMBER}\s*张)")),
    ("beds", re.compile(rf"({_NUMBER}\s*张)(?:床位|病床)")),
)
"""In order of preference: what is built goes before the ground it stands on."""
_OTHER: Final = re.compile(
    r"(?<![该此本新])(?:大楼|门诊楼|住院楼|综合楼|[^层]楼(?![层上下])|院区|校区|大厦|综合体|基地)"
)
"""Behind a project's name, another one: what follows is said of that."""
_GOES_ON: Final = re.compile(
    r"(?:据(?:悉|了解|介绍)[，,])?(?:该|此|本|这一?|整个)(?:建设)?(?:项目|工程|楼|大楼|院区?|新院|综合楼|中心|基地)|(?:项目|工程|大楼|新楼|新院区?|其中|总投资|总?建筑面积|占地|总?用地|规划)"
)
"""How a sentence begins that goes on about the project of the one before."""
_EQUIPMENT: Final = re.compile(r"(?:机|仪|器|车|刀|设备|装置|CT|MRI|DSA|PET|系统)$")
_UNMISTAKABLE: Final = 6
"""Characters of a name that is the same project wherever it stands."""
_FARTHEST: Final = 3
"""Sentences behind the one that names a project in which it may be described."""


@dataclass(frozen=True, slots=True)
class Found:
    """A measure as printed, and the sentence that tells it."""

    printed: str
    sentence: Sentence


def furnished(name: str, sentence: Sentence, document: Sequence[Sentence]) -> dict[Measure, Found]:
    """The first cost, area and number of beds that a document tells of the project ``name``, which ``sentence`` tells of.

    Another sentence that has its whole name tells of it too, unless the name is short.
    """
    found: dict[Measure, Found] = {}
    if _EQUIPMENT.search(name):
        return {}
    named = [sentence, *(each for each in document if len(name) >= _UNMISTAKABLE and each is not sentence)]
    stretches = (
        stretch
        for each in named
        if (at := each.text.find(name)) >= 0
        for stretch in _stretches(name, each, at, document[each.number :])
    )
    for where, start, end in stretches:
        for measure, form in _FORMS:
            if measure not in found and (match := form.search(where.text, start, end)):
                found[measure] = Found(match[1], where)
    return found


def _stretches(
    name: str, sentence: Sentence, at: int, behind: Sequence[Sentence]
) -> Iterator[tuple[Sentence, int, int]]:
    """Where a project is described: right before its name, behind it up to another, and in the sentences that go on."""
    clause = max(sentence.text.rfind(mark, 0, at) for mark in "，。；、和") + 1
    yield sentence, clause, at
    yield sentence, *_until_other(sentence.text, at + len(name))
    for each in behind[:_FARTHEST]:
        if each.section != sentence.section or not _GOES_ON.match(each.text):
            return
        yield each, *_until_other(each.text, 0)


def _until_other(text: str, start: int) -> tuple[int, int]:
    other = _OTHER.search(text, start)
    return start, other.start() if other else len(text)

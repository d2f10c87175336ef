"""What a body's name says of which body it is: the key under which names of all documents meet, or that it is left open.

A key is a place and the rest of the name (``江苏省/徐州市|第一人民医院``), or a name that stands for one body wherever it is read
(``|中华医学会``). A name that leaves its place to the reader (``市第一医院``, ``中山医院``) has one
only where its document settles the place.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pipeline.join import regions
from pipeline.join.forms import normal
from pipeline.join.regions import Path, placed, settled, whole
from pipeline.records.organizations import is_generic, suffix_kind

_GENERIC_LEAD: Final = (
    "医科|医药|中医药?|师范|理?工|农业|职业|护理|卫生|临床医?|基础医?|药科|第[一二三四五六七八九十]+?临床医?|"
    "第?[一二三四五六七八九十]军医"
)
_SCHOOL: Final = re.compile(
    rf"(?!(?:{_GENERIC_LEAD}|[省市县区我本该全各]).{{0,4}}?(?:大学|学院))[\u4e00-\u9fff]{{2,14}}?(?:大学|学院)"
)
_NATIONAL: Final = re.compile(
    "国家|中国|中华|全国|解放军|[东南西北中]部战区|武警|空军|海军|陆军|火箭军|世界|国际|亚太|欧洲|美国|英国|德国|日本|法国|加拿大|联合国|中日"
)
_COMPANY: Final = re.compile(r".{4,}(?:有限(?:责任)?公司|股份(?:有限)?公司|集团)")
_SHORTEST_NATIONAL: Final = 5
_NOT_RELATIVE: Final = re.compile("[省市县区州旗][场级域直属内外里]")
_WORDS_FOR: Final = {"州": "市", "旗": "县"}
_ORDINARY: Final = re.compile(
    "第?[一二三四五六七八九十]+(?:人民|中心|中医)?医?院|人民医院|中心医院|中医院|妇幼保健院|儿童医院|口腔医院|肿瘤医院|传染病医院|精神病医院"
)
"""What a city's own bodies are called without the city's name."""
_SHORT: Final = re.compile("[\u4e00-\u9fff]{1,5}院")
OWN: Final = "~"
"""Before the name of a body that is known by its document's place and not by one of its own."""


@dataclass(frozen=True, slots=True)
class Setting:
    """Where a document speaks from: the places of the bodies it names, and its publication's."""

    votes: Mapping[Path, int]
    paper: Path | None

    def at(self, level: str) -> Path | None:
        """The place of a kind (省, 市, 县, 区) that it speaks of, or None."""
        return settled(self.votes, self.paper, level)

    @property
    def near(self) -> Path:
        """The city that it speaks of, else the province; empty where neither is settled."""
        return self.at("市") or self.at("省") or ()

    @classmethod
    def of(cls, places: object, paper: str | None, stems: Mapping[str, Path]) -> "Setting":
        """From the places printed in a document's names, with their counts, and its publication."""
        votes: dict[Path, int] = {}
        for place, count in places if isinstance(places, list) else ():
            if found := whole(tuple(place)):
                votes[found] = votes.get(found, 0) + count
        return cls(votes, regions.of_publication(paper, stems) if paper else None)


@dataclass(frozen=True, slots=True)
class Identity:
    """Which body a name means: ``place`` and ``rest`` together, or, where ``open`` says why, nobody knows."""

    place: Path
    rest: str
    open: str = ""

    @property
    def key(self) -> str:
        """One string for both: equal for equal bodies."""
        return f"{'/'.join(self.place)}|{self.rest}"


def identity(name: str, setting: Setting, stems: Mapping[str, Path]) -> Identity:
    """What ``name`` means in a document; ``stems`` are places in short that the run itself has."""
    text = normal(name)
    if found := whole((text,)) if _is_place(text) else None:
        return Identity(found, "")
    split = placed(text, stems)
    if split.place:
        place = whole(split.place, setting.near)
        if place is None:
            return Identity(
                (), text, f"several places are called {split.place[-1]}, and the document settles none"
            )
        return Identity(place, split.rest)
    relative = regions.RELATIVE.match(text)
    if relative and not _NOT_RELATIVE.match(text) and suffix_kind(text):
        level = relative["level"]
        place = setting.at(_WORDS_FOR.get(level, level))
        if place is None:
            return Identity(
                (), text, f"it names no {level}, and neither the publication nor other names settle one"
            )
        return Identity(place, text[1:])
    if stands_alone(text, stems):
        return Identity((), text)
    place = setting.at("市") or setting.at("县")
    if place is None or is_generic(text) or not (suffix_kind(text) or _SHORT.fullmatch(text)):
        return Identity((), text, "several bodies may have this name, and the document settles no place")
    return Identity(place, text if is_ordinary(text) else OWN + text)


def is_ordinary(text: str) -> bool:
    """Whether every city has a body of this name: 第一人民医院, 妇幼保健院."""
    return _ORDINARY.fullmatch(text) is not None


def _is_place(text: str) -> bool:
    return text in regions.divisions().named or (
        2 < len(text) <= 5 and text[-1] in "省市县" and suffix_kind(text) is None
    )


def stands_alone(text: str, stems: Mapping[str, Path]) -> bool:
    """Whether a name without a printed place means one body wherever it is read."""
    kind = suffix_kind(text)
    if kind is None or is_generic(text):
        return False
    if _SCHOOL.match(text) or _COMPANY.fullmatch(text):
        return True
    if _NATIONAL.match(text):
        return len(text) >= _SHORTEST_NATIONAL
    # A city's name and a name of its own behind it: 上海瑞金医院, and not 中山医院 or 中山大学.
    table = regions.divisions().short
    for length in range(min(6, len(text) - 4), 1, -1):
        if text[:length] in table or text[:length] in stems:
            return len(text) - length >= _SHORTEST_NATIONAL - 1
    return False

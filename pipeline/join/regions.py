"""Places at the beginning of names: ``江苏省徐州市第一人民医院`` is 第一人民医院 of 徐州市.

A place is known from the table of divisions, or by its last character (``云溪市``): a table is never whole, and divisions
change. A name in short (``徐州``) counts only before a word that public bodies are named with, for 中山医院 is no hospital
of 中山市.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

Path = tuple[str, ...]
"""A place with what it lies in, the widest first: ``("江苏省", "徐州市", "鼓楼区")``."""

_LONGEST: Final = 15
_UNKNOWN: Final = re.compile(r"[\u4e00-\u9fff]{2,4}?(?P<kind>[省市县区])")
_NO_PLACE: Final = re.compile(
    r"[全本我各该这那两中]|.*(?:大学|学院|医|院|城市|都市|超市|门市|上市|社区|院区|[军战校园病小片辖城山景]区|国|中华)"
)
_OFFICIAL: Final = re.compile(
    "第[一二三四五六七八九十0-9]|[一二三四五六七八九十]院|人民|中心医院|中医|中西医|妇幼|妇产|儿童医院|口腔医院|肿瘤|胸科医院|传染病|精神|"
    "疾|急救|卫|医疗保障|医保局|红十字|[^大]{0,2}医学会|护理学会|中心血站|血液|职业病|结核病|公立"
)
_LEVELS: Final = {"省": "省", "市": "市", "州": "市", "盟": "市", "县": "县", "旗": "县", "区": "区"}


@dataclass(frozen=True, slots=True)
class Divisions:
    """The table: places by their names as printed, and those that a name in short stands for."""

    named: Mapping[str, tuple[Path, ...]]
    short: Mapping[str, Path]
    """Provinces and cities without their last word; none that stands for several."""


@cache
def divisions() -> Divisions:
    """The table of divisions, read once."""
    rows = dict(
        line.split("\t")
        for line in files("pipeline.join").joinpath("divisions.tsv").read_text("utf-8").splitlines()
    )
    named: defaultdict[str, list[Path]] = defaultdict(list)
    short: defaultdict[str, list[Path]] = defaultdict(list)
    for code, name in rows.items():
        above = dict.fromkeys((f"{code[:2]}0000", f"{code[:4]}00", code))
        path = tuple(rows[each] for each in above if each in rows)
        named[name].append(path)
        if name.endswith("自治州"):
            named[f"{stem_of(name)}州"].append(path)
        if code.endswith("00") and len(stem := stem_of(name)) > 1:
            short[stem].append(path)
    # 吉林 is a province and a city in it; of the others that share a name the province is meant.
    one = {stem: min(paths, key=len) for stem, paths in short.items() if stem != "吉林"}
    return Divisions({name: tuple(paths) for name, paths in named.items()}, one)


def stem_of(place: str) -> str:
    """A place's name without the word for its kind: 徐州 of 徐州市, 恩施 of 恩施土家族苗族自治州."""
    for name in ("内蒙古", "广西", "西藏", "宁夏", "新疆", "香港", "澳门"):
        if place.startswith(name):
            return name
    bare = re.sub(r"(?:地区|市|省|盟|县|区)$", "", place)
    return re.sub(r"(?:[\u4e00-\u9fff]{1,3}族)+自治[州县]$|自治[州县]$", "", bare) or place


@dataclass(frozen=True, slots=True)
class Placed:
    """A name as (place printed before it, the rest); the place is empty where none is printed."""

    place: Path
    rest: str


def placed(name: str, stems: Mapping[str, Path] | None = None) -> Placed:
    """The places that ``name`` begins with, as far as they are printed, and what follows them.

    ``stems`` are further names in short, by what they stand for.
    """
    place: list[str] = []
    rest = name
    while len(place) < 3 and (found := _first(rest, stems or {}, bool(place))):
        place.extend(found[0])
        rest = found[1]
    return Placed(tuple(place), rest) if rest else Placed((), name)


def _first(name: str, stems: Mapping[str, Path], inside: bool) -> tuple[Path, str] | None:
    table = divisions()
    for length in range(min(_LONGEST, len(name) - 1), 1, -1):
        head, rest = name[:length], name[length:]
        if head in table.named:
            return (head,), rest
        known = table.short.get(head) or stems.get(head)
        if known and (_OFFICIAL.match(rest) or (not inside and placed_in(rest, known))):
            return known[-1:], rest
    unknown = _UNKNOWN.match(name)
    if unknown and unknown.end() < len(name) and not _NO_PLACE.match(unknown[0]):
        return (unknown[0],), name[unknown.end() :]
    return None


def placed_in(rest: str, above: Path) -> bool:
    """Whether ``rest`` begins with a place of the table that lies in ``above``."""
    table = divisions().named
    return any(
        path[: len(above)] == above and len(path) > len(above)
        for length in range(2, min(_LONGEST, len(rest)))
        for path in table.get(rest[:length], ())
    )


def whole(place: Path, near: Path = ()) -> Path | None:
    """A printed place with all it lies in; None where several places have that name and nothing tells which.

    ``near`` is a place that the document is about. One that the table does not have stands for itself; a district
    without its city is open.
    """
    if not place:
        return None
    paths = [
        path
        for path in divisions().named.get(place[-1], ())
        if all(each in path for each in place if each in divisions().named)
    ]
    if len(paths) > 1 and near:
        paths = [path for path in paths if _together(path, near)]
    if len(paths) == 1:
        return paths[0]
    if paths:
        return None
    if place[-1].endswith("区") and not place[-1].endswith("新区"):
        return place[-2:] if len(place) > 1 else None
    return place[-1:]


def _together(one: Path, other: Path) -> bool:
    """Whether two places share their city, or one is the province of the other."""
    length = min(len(one), len(other), 2)
    return one[:length] == other[:length]


def apart(one: Path, other: Path) -> bool:
    """Whether two places are certainly two, neither in the other."""
    known = all(
        path[0] in divisions().named and len(divisions().named[path[0]][0]) == 1 for path in (one, other)
    )
    length = min(len(one), len(other))
    return one[:length] != other[:length] and (known or (one[-1] not in other and other[-1] not in one))


def level(place: Path) -> str:
    """What kind of place it is by the word that its bodies are called with: 省, 市, 县, 区; else empty."""
    last = place[-1]
    if last.endswith(("自治区", "行政区")):
        return "省"
    if last.endswith("地区"):
        return "市"
    if last.endswith("自治县"):
        return "县"
    return _LEVELS.get(last[-1], "")


RELATIVE: Final = re.compile(r"(?P<level>[省市县区州旗])(?=..)(?!区)")
"""How a name begins that leaves its place to the reader: ``市第一医院``."""
_PAPER: Final = re.compile(r"[\u4e00-\u9fff]{2,}")
_SETTLED: Final = 0.8


def of_publication(publication: str, stems: Mapping[str, Path]) -> Path | None:
    """The place that a newspaper or site is named after."""
    found = _PAPER.match(publication)
    if found is None:
        return None
    if place := placed(found[0], stems).place:
        return whole(place)
    table = divisions().short
    known = (found[0][:length] for length in range(min(6, len(found[0]) - 1), 1, -1))
    return next((path for stem in known if (path := table.get(stem) or stems.get(stem))), None)


def settled(votes: Mapping[Path, int], paper: Path | None, wanted: str) -> Path | None:
    """The place of kind ``wanted`` (省, 市, 县, 区) that a document speaks of, or None where it is left open.

    ``votes``: the places of the bodies it names, with how often. What its publication says must not be spoken against.
    """
    counts: Counter[Path] = Counter()
    for path, count in votes.items():
        if found := _at(path, wanted):
            counts[found] += count
    top = counts.most_common(1)[0] if counts else None
    printed = _at(paper, wanted) if paper else None
    if printed is not None:
        return printed if top is None or counts[printed] == max(counts.values()) else None
    return top[0] if top and top[1] >= _SETTLED * counts.total() else None


def _at(path: Path, wanted: str) -> Path | None:
    """The narrowest part of ``path`` that is of the kind ``wanted``."""
    for length in range(len(path), 0, -1):
        if level(path[:length]) == wanted:
            return path[:length]
    return None

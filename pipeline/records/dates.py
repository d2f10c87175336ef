"""Dates as articles print them, read as partial dates: ``2017年9月`` is 2017-09.

A day without a year gets one only where the document settles it, in this order:

1. the year in force: printed before it in the sentence (``2019年4月动工，11月竣工``), or before it in the
   paragraph as a year that goes on, or else the only year right behind it (``5月12日，我市2021年第一批…``);
2. the date of the page: the latest full date in its notices or byline, as long as the article speaks of no
   later year as present or past;
3. without such a date, a full date of the article that is the same day or lies within a month of it.

A month without a day takes a year in force and nothing else. ``今年`` is the year of the page, or, where the
page has no date, of the latest full date of the article, unless the article looks back on that year as a
whole. What stays open is ``--MM-DD`` for a day and None for everything else.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final, Literal

from pydantic import TypeAdapter, ValidationError

from pipeline.document.text import Sentence
from schemas.dates import PartialDate

How = Literal["verbatim", "derived", "resolved"]

_CHINESE_DIGITS: Final = {c: str(n) for n, c in enumerate("零一二三四五六七八九")} | {"〇": "0", "○": "0"}
_FOLD: Final = (
    {code: code - 0xFEE0 for code in range(0xFF10, 0xFF1A)}
    | {ord(wide): "-" for wide in "–—―－~～"}
    | {ord("．"): ".", ord("／"): "/"}
)

_TO: Final = r"(?:-{1,2}|至|到)"
_FOUR: Final = "[12][0-9]{3}|[一二][零〇○一二三四五六七八九]{3}"
_RELATIVE: Final = "今年|本年|去年|上年|前年|明年|当年|同年|次年|翌年"
_SMALL: Final = "[0-9]{1,2}|[二三]?十[一二三四五六七八九]?|[一二三四五六七八九]"
_NO_NUMBER_BEFORE: Final = "(?<![0-9.第每十一二三四五六七八九近满逾])"
_PRINTED: Final = re.compile(
    rf"""
    (?<![0-9.])(?P<iso_year>[12][0-9]{{3}})(?P<sign>[-/.])(?P<iso_month>[0-9]{{1,2}})
        (?:(?P=sign)(?P<iso_day>[0-9]{{1,2}}))?(?![0-9./-])
    |
    (?:
        (?:(?<![0-9.])(?P<year>{_FOUR})(?:年(?!代|级|历史|以上|以下|间)|(?={_TO}[12][0-9]{{3}}年))
          |(?P<relative>{_RELATIVE}))
        (?:年?[初底末中])?
        的?
        (?:第?(?P<quarter>[一二三四1-4])季度|(?P<half>上半年|下半年|前三季度))?
    )?
    (?:
        {_NO_NUMBER_BEFORE}
        (?P<month>{_SMALL})(?:月份?(?![龄子嫂内余饼])|(?={_TO}[0-9]{{1,2}}月))
        (?:[上中下]旬|[初底])?
    )?
    (?:
        {_NO_NUMBER_BEFORE}
        (?P<day>{_SMALL})(?:[日号](?![内后间均游龄楼])|(?={_TO}[0-9]{{1,2}}[日号]))
    )?
    """,
    re.VERBOSE,
)
_LINK: Final = re.compile(rf"(?:起|开始)?[,，]?{_TO}")
_OPEN_END: Final = re.compile(r"(?:起|以来|开始)?[,，]?(?:至今|迄今|到现在|到目前)")
_LUNAR: Final = re.compile(r"(?:农历|阴历|旧历)[^，。；]{0,4}$")

_BACKGROUND: Final = re.compile(r"(?:自|从|[建成创设诞出][立办生建世]?[于在]|始于|源于|[“《〈「『])$")
"""Before a year that tells how old something is, or that stands in a name: it is no year in force."""
_IN_A_NAME: Final = re.compile(r"版|级|届|规划|计划|历史|度")
_GOES_ON: Final = re.compile(r"(?:[，。；：、！？（,;:]|早在|截至|于|在)$")
"""Before a year alone that opens a clause: it stays in force in the sentences that follow."""
_PLAN_BEFORE: Final = re.compile(r"到|至|力争|预计|计划|规划|拟|将|目标|有望|期限|截止")
_PLAN_AFTER: Final = re.compile(r"(?:年?[初底末])?(?:之?前|力争|预计|计划|拟|将|建成后)")
_OTHER_YEAR: Final = re.compile(r"度|总结|表彰|回顾|考核|年报|规划|计划|评选|评优|版|标准|指南|规范")
_LOOKS_BACK: Final = re.compile(r"(?:回[眸顾望首]|盘点|走过|告别|总结)$")
_WHOLE_YEAR: Final = re.compile(r"年(?:年?[底末]|度|全年)")
_FUTURE: Final = re.compile("将|拟|计划|预计|即将|届时|力争")
_EVERY_YEAR: Final = re.compile("(?:每|历|往|逐|近)年的?$")
_LABEL: Final = re.compile(r"(?:日期|时间|发布|发表|刊发|出版|来源|记者|通讯员|声明|报|网|讯|\W)[于为:：]*$")
_NOT_OF_THE_PAGE: Final = re.compile(r"签[订署]|购买|交款|缴款|开具|出生|办理|有效|到期|注册|成立")
_AFTER_LABEL: Final = re.compile(
    r"(?:(?:星期|周)[一二三四五六日天]|第?[0-9A-Z]{1,3}版|[0-9]{1,2}:[0-9:]+|\W)*"
    r"(?:(?:来源|记者|编辑|作者|责编|阅读|浏览|点击|农历).*)?"
)
_SLACK: Final = timedelta(days=31)
"""How far a day may lie behind the page's date, or from a full date of the article, to share its year."""
_LAST_YEAR: Final = timedelta(days=100)
"""How far back a day may lie in the year before the page's."""

_VALID: Final = TypeAdapter(PartialDate)


@dataclass(frozen=True, slots=True)
class Resolved:
    """A date in the schema's form, and how it was found.

    ``verbatim``: printed in full; ``derived``: by rule from the same sentence; ``resolved``: with a year from
    elsewhere in the document. ``value`` is None where the text or the document leaves it open.
    """

    value: str | None
    how: How


@dataclass(frozen=True, slots=True)
class PrintedDate:
    """A date that stands in a text at ``start`` to ``end`` (half open), as far as it needs no context."""

    start: int
    end: int
    value: str


@dataclass(frozen=True, slots=True)
class _Point:
    """One printed point in time; offsets count the text without white space."""

    start: int
    end: int
    year: int | None = None
    relative: str | None = None
    quarter: int | None = None
    half: str | None = None
    month: int | None = None
    day: int | None = None
    how: How = "verbatim"


@dataclass(frozen=True, slots=True)
class _Span:
    """A point, or from one to another, or from one until now."""

    first: _Point
    last: _Point | None = None
    until_now: bool = False

    @property
    def start(self) -> int:
        return self.first.start

    @property
    def end(self) -> int:
        return (self.last or self.first).end


@dataclass(frozen=True, slots=True)
class _Page:
    """What the document says about its own time."""

    today: date | None = None
    """The date of the page."""
    year: int | None = None
    """The year of 今年."""
    days: frozenset[date] = frozenset()
    """Every full date of the article."""


@dataclass(frozen=True, slots=True)
class _Force:
    """The year in force at a place of the text, and the last month and day told with it."""

    year: int
    month: int | None
    day: int | None
    near: bool
    """Whether it stands in the same sentence."""
    how: How

    @property
    def gives(self) -> How:
        """How a date was found that takes its year from here."""
        return "derived" if self.near and self.how != "resolved" else "resolved"


@dataclass(frozen=True, slots=True)
class DateContext:
    """A document's sentences with every date in them, years settled as far as the document does."""

    texts: Mapping[int, str]
    """The sentences by number, without white space, digits in half width."""
    spans: Mapping[int, tuple[_Span, ...]]
    page: _Page

    @classmethod
    def of(cls, sentences: Sequence[Sentence]) -> "DateContext":
        """The context of a document's sentences, given in reading order."""
        texts = {sentence.number: _squeezed(sentence.text)[0] for sentence in sentences}
        page = _page_of(sentences, texts, _walk(sentences, texts, _Page()))
        return cls(texts, _walk(sentences, texts, page), page)

    def resolve(self, printed: str, sentence_number: int) -> Resolved:
        """The date that ``printed``, a copy out of the sentence with that number, means.

        A copy that stands in no such sentence is read without the sentence. Never raises.
        """
        copy = _squeezed(printed)[0]
        if re.fullmatch("(?:18|19|20)[0-9]{2}", copy):
            return Resolved(copy, "verbatim")
        alone = _read(copy, None, self.page)[0]
        if alone and alone[0].first.how == "verbatim" and alone[0].first.year is not None:
            return self._rendered(alone[0])
        span = self._span_at(copy, sentence_number)
        if span is None and copy not in self.texts.get(sentence_number, ""):
            span = next(iter(alone), None)
        return Resolved(None, "verbatim") if span is None else self._rendered(span)

    def last_before(self, sentence: Sentence, at: int) -> tuple[Resolved, int, int] | None:
        """The last date of ``sentence`` that ends at or before offset ``at`` of its text, and from where to where it stands there."""
        text, places = _squeezed(sentence.text[:at])
        earlier = [span for span in self.spans.get(sentence.number, ()) if span.end <= len(text)]
        if not earlier:
            return None
        return self._rendered(earlier[-1]), places[earlier[-1].start], places[earlier[-1].end - 1] + 1

    def _span_at(self, copy: str, sentence_number: int) -> _Span | None:
        """The date that the copy covers or is a part of; one that begins with the copy goes first."""
        text, spans = self.texts.get(sentence_number, ""), self.spans.get(sentence_number, ())
        if next(_points(copy), None) is None:
            return None
        places = [match.start() for match in re.finditer(f"(?={re.escape(copy)})", text)]
        starts = {span.start: span for span in spans}
        for place in places:
            if place in starts:
                return starts[place]
        end = places[0] + len(copy) if places else 0
        return next((span for span in spans if span.start < end and places[0] < span.end), None)

    def _rendered(self, span: _Span) -> Resolved:
        first = _render(span.first)
        hows = {span.first.how} | ({span.last.how} if span.last else set())
        if span.until_now:
            last = None if self.page.year is None else str(self.page.year)
            hows = {"resolved"}
        else:
            last = first if span.last is None else _render(span.last)
            if span.last is not None:
                hows.add("derived")
        how: How = "resolved" if "resolved" in hows else "derived" if "derived" in hows else "verbatim"
        return Resolved(_interval(first, last), how)


def dates_in(text: str) -> tuple[PrintedDate, ...]:
    """The dates that are complete without context: those with a year, and days as ``--MM-DD``."""
    squeezed, places = _squeezed(text)
    found: list[PrintedDate] = []
    for span in _spans(squeezed):
        value = _interval(_render(span.first), _render(span.last or span.first))
        if value is not None and not span.until_now:
            found.append(PrintedDate(places[span.start], places[span.end - 1] + 1, value))
    return tuple(found)


def _squeezed(text: str) -> tuple[str, list[int]]:
    """``text`` without white space and in half width, and the place of each of its characters in ``text``."""
    places = [at for at, character in enumerate(text) if not character.isspace()]
    return "".join(text[at] for at in places).translate(_FOLD), places


def _points(text: str) -> Iterator[_Point]:
    for match in _PRINTED.finditer(text):
        if match.end() == match.start() or _LUNAR.search(_before(text, match.start())):
            continue
        year = _number(match["iso_year"] or match["year"])
        month, day = _number(match["iso_month"] or match["month"]), _number(match["iso_day"] or match["day"])
        if year is not None and not 1800 <= year < 2100:
            continue
        if year is None and _EVERY_YEAR.search(_before(text, match.start())):
            continue
        if match["sign"] == "." and day is None:
            continue  # 2019.5 is a number.
        if match[0].endswith("号") and match["month"] is None:
            continue  # 3号楼 is a house.
        yield _Point(
            match.start(),
            match.end(),
            year=year,
            relative=match["relative"],
            quarter=_number(match["quarter"]),
            half=match["half"],
            month=month,
            day=day,
        )


def _number(printed: str | None) -> int | None:
    if printed is None:
        return None
    digits = "".join(_CHINESE_DIGITS.get(character, character) for character in printed)
    if "十" in digits:
        tens, _, ones = digits.partition("十")
        return 10 * int(tens or 1) + int(ones or 0)
    return int(digits)


def _spans(text: str) -> Iterator[_Span]:
    """The dates of a text; of two with 至 between them the second takes what it lacks from the first."""
    points = list(_points(text))
    at = 0
    while at < len(points):
        first = points[at]
        second = points[at + 1] if at + 1 < len(points) else None
        at += 1
        if second is not None and _LINK.fullmatch(text, first.end, second.start):
            yield _Span(first, _inherited(first, second))
            at += 1
        else:
            yield _Span(first, until_now=_OPEN_END.match(text, first.end) is not None)


def _inherited(first: _Point, second: _Point) -> _Point:
    if second.month is None and second.day is not None:
        second = replace(second, month=first.month)
    if second.year is None and second.relative is None:
        second = replace(second, year=first.year, relative=first.relative)
    return second


def _walk(
    sentences: Sequence[Sentence], texts: Mapping[int, str], page: _Page
) -> dict[int, tuple[_Span, ...]]:
    """Every sentence's dates; a year stays in force until its paragraph ends."""
    found: dict[int, tuple[_Span, ...]] = {}
    force, block = None, None
    for sentence in sentences:
        force = force if sentence.block == block else None
        block = sentence.block
        spans, force = _read(texts[sentence.number], force, page)
        found[sentence.number] = tuple(spans)
    return found


def _read(text: str, carried: _Force | None, page: _Page) -> tuple[list[_Span], _Force | None]:
    """The dates of a sentence with their years, and the year in force for the next sentence."""
    spans = list(_spans(text))
    force, named = carried, carried
    found: list[_Span] = []
    for at, span in enumerate(spans):
        later = [each.first for each in spans[at + 1 : at + 4]]
        first = _with_year(span.first, text, force, named, later, page)
        last = span.last if span.last is None else _with_year(span.last, text, force, named, later, page)
        if last is not None and last.year is None and span.last is not None and span.last.year is None:
            last = replace(last, year=first.year, how=first.how)
        found.append(replace(span, first=first, last=last))
        told = last or first
        if told.year is None:
            continue
        named = _Force(told.year, told.month, told.day, near=True, how=told.how)
        bare = told.month is None and told.quarter is None and told.half is None
        before = _before(text, first.start)
        if bare and (_BACKGROUND.search(before) or _IN_A_NAME.match(text, told.end)):
            continue
        force = named
        if not bare or not before or _GOES_ON.search(before):
            carried = named
    return found, None if carried is None else replace(carried, near=False)


def _with_year(
    point: _Point, text: str, force: _Force | None, named: _Force | None, later: Sequence[_Point], page: _Page
) -> _Point:
    """The point with the year that the document gives it, if any."""
    if point.year is not None:
        return point
    if point.relative is not None:
        return _relative(point, text, named, page)
    if point.month is None:
        # A day alone belongs to the month told in the same sentence.
        if force is None or not force.near or force.month is None:
            return point
        return replace(point, year=force.year, month=force.month, how=force.gives)
    if force is not None and _follows(point, force, page):
        return replace(point, year=force.year, how=force.gives)
    if point.day is None:
        return point
    behind = _year_behind(point, text, later)
    if behind is not None:
        return replace(point, year=behind, how="derived")
    year = _year_of_day(point, text, page)
    return point if year is None else replace(point, year=year, how="resolved")


def _follows(point: _Point, force: _Force, page: _Page) -> bool:
    """Whether the point can share the year in force: 3月 after 2019年11月 may be 2020, if 2019 is past."""
    if page.year == force.year:
        return True
    if force.month is None or point.month is None or point.month > force.month:
        return True
    return point.month == force.month and (point.day or 31) >= (force.day or 1)


def _relative(point: _Point, text: str, named: _Force | None, page: _Page) -> _Point:
    if point.relative in ("当年", "同年", "次年", "翌年", "上年") and named is not None:
        shift = {"次年": 1, "翌年": 1, "上年": -1}.get(point.relative, 0)
        return replace(point, year=named.year + shift, how=named.gives)
    shifts = {"今年": 0, "本年": 0, "去年": -1, "上年": -1, "前年": -2, "明年": 1}
    if page.year is None or point.relative not in shifts:
        return replace(point, how="resolved")
    year = page.year + shifts[point.relative]
    if page.today is None and named is not None and year == named.year:
        return replace(point, how="resolved")  # Nobody writes 2020年 and then 今年 for it.
    told = _day(year, point.month or 1, point.day or 1)
    if (
        page.today is not None
        and told is not None
        and told > page.today + _SLACK
        and not _FUTURE.search(text)
    ):
        return replace(point, how="resolved")
    return replace(point, year=year, how="resolved")


def _year_behind(point: _Point, text: str, later: Sequence[_Point]) -> int | None:
    """The only year printed behind a day in its sentence, unless it is the year of something else."""
    years = [each for each in later if each.year is not None]
    if len({each.year for each in years}) != 1:
        return None
    one = years[0]
    before, after = text[point.end : one.start], text[one.end : one.end + 20]
    if _BACKGROUND.search(before) or before[-1:] in ("在", "于", "曾") or _PLAN_BEFORE.search(before[-8:]):
        return None
    return None if _OTHER_YEAR.search(after) or "。" in before or len(before) > 40 else one.year


def _year_of_day(point: _Point, text: str, page: _Page) -> int | None:
    """The year of a day in running text: by the date of the page, else by a full date of the article."""
    month, day = point.month or 1, point.day or 1
    if page.today is not None:
        this, before = _day(page.today.year, month, day), _day(page.today.year - 1, month, day)
        if this is not None and (this <= page.today + _SLACK or _FUTURE.search(text)):
            return this.year
        if before is not None and page.today - before <= _LAST_YEAR:
            return before.year
        return None
    years = {known.year for known in page.days if (known.month, known.day) == (month, day)}
    if not years:
        near = (_day(known.year, month, day) for known in page.days)
        years = {
            each.year
            for each, known in zip(near, page.days, strict=True)
            if each is not None and abs(each - known) <= _SLACK
        }
    return years.pop() if len(years) == 1 else None


def _page_of(
    sentences: Sequence[Sentence], texts: Mapping[int, str], spans: Mapping[int, tuple[_Span, ...]]
) -> _Page:
    """What the document says about its own time, from its dates read without that knowledge."""
    own: list[date] = []
    told: list[date] = []
    latest = 0
    for sentence in sentences:
        text = texts[sentence.number]
        points = [each for span in spans[sentence.number] for each in (span.first, span.last) if each]
        for point in points:
            day = _full(point)
            if sentence.section == "notice" or (sentence.heading and _dates_the_page(text, point)):
                if day and not _NOT_OF_THE_PAGE.search(_before(text, point.start)):
                    own.append(day)
                continue
            told += [day] if day else []
            latest = max(latest, 0 if point.year is None or _planned(text, point) else point.year)
    today = max(own, default=None)
    if today is not None and today.year >= latest:
        return _Page(today, today.year, frozenset(told))
    year = max((each.year for each in told), default=None)
    settled = year is not None and year >= latest and not _reviewed(year, texts.values())
    return _Page(year=year if settled else None, days=frozenset(told))


def _full(point: _Point) -> date | None:
    if point.year is None or point.month is None or point.day is None:
        return None
    return _day(point.year, point.month, point.day)


def _dates_the_page(text: str, point: _Point) -> bool:
    """Whether a short line is a dateline: the date stands behind a label or alone, and no story follows."""
    before = _before(text, point.start)
    labelled = not before or _LABEL.search(before) is not None
    return labelled and _AFTER_LABEL.fullmatch(text, point.end) is not None


def _planned(text: str, point: _Point) -> bool:
    return (
        _PLAN_BEFORE.search(_before(text, point.start, 8)) is not None
        or _PLAN_AFTER.match(text, point.end) is not None
    )


def _reviewed(year: int, texts: Iterable[str]) -> bool:
    """Whether the article looks back on a year as a whole, as one of the next January does."""
    return any(
        _WHOLE_YEAR.match(text, match.end()) or _LOOKS_BACK.search(_before(text, match.start(), 4))
        for text in texts
        for match in re.finditer(str(year), text)
    )


def _before(text: str, at: int, reach: int = 12) -> str:
    """The few characters before a place; empty at the start of the text only."""
    return text[max(0, at - reach) : at]


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _render(point: _Point) -> str | None:
    """The point in the schema's form, not yet checked against the calendar; None where it has none."""
    if point.year is None:
        if point.relative is not None or point.month is None or point.day is None:
            return None
        return f"--{point.month:02}-{point.day:02}"
    if point.month is None:
        if point.day is not None:
            return None
        if point.half is not None:
            first, last = {"上半年": ("01", "06"), "下半年": ("07", "12"), "前三季度": ("01", "09")}[
                point.half
            ]
            return f"{point.year}-{first}/{point.year}-{last}"
        return f"{point.year}" if point.quarter is None else f"{point.year}-Q{point.quarter}"
    return f"{point.year}-{point.month:02}" + ("" if point.day is None else f"-{point.day:02}")


def _interval(first: str | None, last: str | None) -> str | None:
    """One date, or two with a stroke; None where either is missing or the schema would refuse it."""
    if first is None or last is None or first.startswith("--") != last.startswith("--"):
        return None
    value = first if first == last else f"{first}/{last}"
    try:
        return _VALID.validate_python(value)
    except ValidationError:
        return None

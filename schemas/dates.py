"""Dates as precise as the text that states them."""

import calendar
import re
from datetime import date
from typing import Annotated, Final

from pydantic import AfterValidator, Strict, WithJsonSchema

_YEAR = r"[12][0-9]{3}"
_MONTH = r"(?:0[1-9]|1[0-2])"
_DAY = r"(?:0[1-9]|[12][0-9]|3[01])"
_ONE_DATE = rf"(?:{_YEAR}(?:-{_MONTH}(?:-{_DAY})?|-Q[1-4])?|--{_MONTH}-{_DAY})"

#: What a partial date looks like; the calendar is checked on top of it.
DATE_PATTERN: Final = rf"^{_ONE_DATE}(?:/{_ONE_DATE})?$"

_FORMS = "YYYY, YYYY-MM, YYYY-MM-DD, YYYY-Qn, --MM-DD"
_LEAP_YEAR = 2000


def date_bounds(text: str) -> tuple[date, date] | None:
    """The first and the last day that a valid partial date can mean; None where a year is not known.

    ``2023`` is 2023-01-01 to 2023-12-31, ``2021-Q1`` January to March, ``2019/2021`` three years. Raises
    ValueError for what is no partial date.
    """
    if re.fullmatch(DATE_PATTERN, text) is None:
        raise ValueError(f"{text!r} is no date: expected {_FORMS}, or two of these with /")
    bounds = [_bounds_of_one(part) for part in text.split("/")]
    first, last = bounds[0], bounds[-1]
    return None if first is None or last is None else (first[0], last[1])


def _bounds_of_one(text: str) -> tuple[date, date] | None:
    if text.startswith("--"):
        _calendar_day(text, _LEAP_YEAR, int(text[2:4]), int(text[5:]))
        return None
    year, _, rest = text.partition("-")
    if not rest:
        return _months(int(year), 1, 12)
    if rest.startswith("Q"):
        return _months(int(year), 3 * int(rest[1]) - 2, 3 * int(rest[1]))
    month, _, day = rest.partition("-")
    if not day:
        return _months(int(year), int(month), int(month))
    only = _calendar_day(text, int(year), int(month), int(day))
    return only, only


def _months(year: int, first: int, last: int) -> tuple[date, date]:
    return date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1])


def _calendar_day(text: str, year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError(f"{text!r} is not a day of the calendar") from None


def _partial_date(text: str) -> str:
    bounds = date_bounds(text)
    start, slash, end = text.partition("/")
    if slash and start == end:
        raise ValueError(f"{text!r} is an interval of a date with itself: write the date once")
    # Only a certain contradiction is refused: 2023-05/2023 can be true, 2021/2019 cannot.
    if bounds is not None and bounds[1] < bounds[0]:
        raise ValueError(f"{text!r} ends before it begins")
    return text


#: ``YYYY``, ``YYYY-MM``, ``YYYY-MM-DD``, ``YYYY-Qn``, ``--MM-DD`` (no year), or an interval: ``2019/2021``.
PartialDate = Annotated[
    str, Strict(), AfterValidator(_partial_date), WithJsonSchema({"type": "string", "pattern": DATE_PATTERN})
]

"""Partial dates: what is one, what it means, and what is refused."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from schemas import PartialDate, date_bounds
from schemas.dates import DATE_PATTERN

DATE = TypeAdapter[str](PartialDate)

DAYS = st.dates(min_value=date(1000, 1, 1), max_value=date(2999, 12, 31))


def forms(day: date) -> list[str]:
    """Every partial date, with a year, that means a time in which ``day`` lies."""
    quarter = (day.month + 2) // 3
    return [day.isoformat(), day.isoformat()[:7], f"{day.year}-Q{quarter}", str(day.year)]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        pytest.param("2023", date(2023, 1, 1), date(2023, 12, 31), id="a year is all its days"),
        pytest.param("2024-02", date(2024, 2, 1), date(2024, 2, 29), id="a month ends in a leap day"),
        pytest.param("2023-02", date(2023, 2, 1), date(2023, 2, 28), id="and in other years it does not"),
        pytest.param("2023-09-07", date(2023, 9, 7), date(2023, 9, 7), id="a day is itself"),
        pytest.param("2021-Q1", date(2021, 1, 1), date(2021, 3, 31), id="the first quarter ends in March"),
        pytest.param("2021-Q4", date(2021, 10, 1), date(2021, 12, 31), id="the fourth in December"),
        pytest.param(
            "2019/2021", date(2019, 1, 1), date(2021, 12, 31), id="an interval holds both its years"
        ),
        pytest.param("2023-05/2023-05-20", date(2023, 5, 1), date(2023, 5, 20), id="precisions can be mixed"),
        pytest.param("2023-05/2023", date(2023, 5, 1), date(2023, 12, 31), id="an end can be the vaguer one"),
    ],
)
def test_a_date_means_its_days(text: str, first: date, last: date) -> None:
    """A valid partial date is kept as it is and means the days from its first to its last."""
    assert DATE.validate_python(text) == text
    assert date_bounds(text) == (first, last)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("--02-29", id="a leap day can be meant where the year is open"),
        pytest.param("--12-30/--01-02", id="an interval without years may cross the new year"),
        pytest.param("--12-30/2024-01-02", id="the year of only one end may be known"),
    ],
)
def test_a_day_without_a_year_has_no_bounds(text: str) -> None:
    """A day whose year is open is a valid date with unknown bounds."""
    assert DATE.validate_python(text) == text
    assert date_bounds(text) is None


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("2023-02-29", id="29 February of a common year"),
        pytest.param("2023-04-31", id="31 April"),
        pytest.param("--02-30", id="30 February of no year"),
        pytest.param("2023-04-31/2023-05-02", id="an interval that begins on no day"),
        pytest.param("2023-13", id="a thirteenth month"),
        pytest.param("2023-00", id="a month zero"),
        pytest.param("2023-01-00", id="a day zero"),
        pytest.param("2023-Q5", id="a fifth quarter"),
        pytest.param("2023-1", id="a month of one digit"),
        pytest.param("23", id="a year of two digits"),
        pytest.param("0023", id="a year of the first century"),
        pytest.param("--02", id="a month without a year"),
        pytest.param("２０２３", id="full-width digits"),
        pytest.param("2023年", id="a date as printed"),
        pytest.param("2023-05-01T08:00", id="a time of day"),
        pytest.param(" 2023", id="a space before it"),
        pytest.param("2023\n", id="a newline after it"),
        pytest.param("", id="nothing"),
        pytest.param("2021/2019", id="an interval that ends before it begins"),
        pytest.param("2023/2022-12", id="an end before the year of the beginning"),
        pytest.param("2023-05/2023-05", id="an interval of a month with itself"),
        pytest.param("2019/2020/2021", id="an interval of three"),
        pytest.param("2019/", id="an interval without an end"),
        pytest.param("2019-2021", id="a dash for a slash"),
    ],
)
def test_what_is_no_date_is_refused(text: str) -> None:
    """What has not the form, is not in the calendar or runs backwards is no date."""
    with pytest.raises(ValidationError):
        DATE.validate_python(text)


@pytest.mark.parametrize("value", [2023, 2023.0, date(2023, 1, 1), b"2023", None])
def test_a_date_is_text(value: object) -> None:
    """Numbers, date objects and bytes are not taken for dates."""
    with pytest.raises(ValidationError):
        DATE.validate_python(value)


@given(DAYS)
def test_every_day_can_be_written_in_every_precision(day: date) -> None:
    """Each precision of a day is valid, unchanged by JSON and back, and its bounds hold the day."""
    for text in forms(day):
        assert DATE.validate_json(DATE.dump_json(DATE.validate_python(text))) == text
        bounds = date_bounds(text)
        assert bounds is not None
        assert bounds[0] <= day <= bounds[1]


@given(DAYS)
def test_a_day_without_its_year_is_always_valid(day: date) -> None:
    """Every day of the calendar can be written without its year."""
    assert DATE.validate_python(f"-{day.isoformat()[4:]}") == f"-{day.isoformat()[4:]}"


@given(day=DAYS, later=st.integers(min_value=1, max_value=4000), data=st.data())
def test_intervals_run_forwards(day: date, later: int, data: st.DataObject) -> None:
    """Two days make an interval in their order, in no other, whatever the precision of the vaguer one."""
    try:
        end = day + timedelta(days=later)
    except OverflowError:
        return
    if end.year > 2999:
        return
    assert DATE.validate_python(f"{day}/{end}") == f"{day}/{end}"
    beginning, ending = data.draw(st.sampled_from(forms(end))), data.draw(st.sampled_from(forms(day)))
    starts, ends = date_bounds(beginning), date_bounds(ending)
    assert starts and ends
    if ends[1] < starts[0]:
        with pytest.raises(ValidationError):
            DATE.validate_python(f"{beginning}/{ending}")


@given(st.from_regex(re.compile(DATE_PATTERN), fullmatch=True))
def test_the_pattern_leaves_only_the_calendar_open(text: str) -> None:
    """What has the pattern of the JSON Schema is valid, but for days that are none and wrong intervals."""
    try:
        assert DATE.validate_python(text) == text
    except ValidationError as error:
        assert re.search("not a day of the calendar|ends before it begins|of a date with itself", str(error))
        assert "/" in text or text[-2:] in {"29", "30", "31"}

"""Text, numbers and lists: what a field can hold."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from schemas.values import LARGEST_NUMBER, Amount, Number, Parties, Text, TextList

NUMBER: TypeAdapter[int | float] = TypeAdapter(Number)
AMOUNT: TypeAdapter[int | float] = TypeAdapter(Amount)
TEXT: TypeAdapter[str] = TypeAdapter(Text)
LIST: TypeAdapter[tuple[str, ...]] = TypeAdapter(TextList)
PARTIES: TypeAdapter[tuple[str, ...]] = TypeAdapter(Parties)


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        pytest.param(15000, b"15000", id="an integer stays one"),
        pytest.param(15000.0, b"15000", id="a float without a fraction becomes one"),
        pytest.param(37.25, b"37.25", id="a fraction stays"),
        pytest.param(-4.75, b"-4.75", id="a measurement can be negative"),
        pytest.param(0.0, b"0", id="nothing is 0"),
        pytest.param(-0.0, b"0", id="and has no sign"),
        pytest.param(2_500_000_000, b"2500000000", id="billions are written out"),
    ],
)
def test_numbers_in_json(value: float, printed: bytes) -> None:
    """JSON shows a number as a person writes it."""
    assert NUMBER.dump_json(NUMBER.validate_python(value)) == printed


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(float("nan"), id="not a number"),
        pytest.param(float("inf"), id="infinity"),
        pytest.param(10**400, id="more than a float can hold"),
        pytest.param(LARGEST_NUMBER + 1, id="more than JSON readers keep exact"),
        pytest.param(True, id="a truth value"),
        pytest.param("15000", id="a text of digits"),
        pytest.param(None, id="nothing"),
    ],
)
def test_what_is_no_number_is_refused(value: object) -> None:
    """Only finite numbers of a size that JSON can carry are numbers."""
    with pytest.raises(ValidationError):
        NUMBER.validate_python(value)


@given(st.integers(-LARGEST_NUMBER, LARGEST_NUMBER) | st.floats(-1e15, 1e15))
def test_numbers_come_back_from_json(value: float) -> None:
    """Every number is equal to itself after JSON, and an integer wherever it can be one."""
    number = NUMBER.validate_python(value)
    assert NUMBER.validate_json(NUMBER.dump_json(number)) == number == value
    assert isinstance(number, int) == (number == int(number))


def test_amounts_are_not_negative() -> None:
    """A sum of money, an area or a count of beds is 0 or more."""
    assert AMOUNT.validate_python(118.5) == 118.5
    assert AMOUNT.validate_python(0) == 0
    with pytest.raises(ValidationError, match="0 or more"):
        AMOUNT.validate_python(-1)


@pytest.mark.parametrize("value", ["", "  ", "\u3000\n", None, 3, b"abc"])
def test_text_is_never_empty(value: object) -> None:
    """White space, also the full-width kind, is no text; nor is what is no string."""
    with pytest.raises(ValidationError):
        TEXT.validate_python(value)


def test_text_is_trimmed() -> None:
    """White space around a value goes, inside it stays."""
    assert TEXT.validate_python("\u3000一等奖 第二名\n") == "一等奖 第二名"


def test_a_list_says_each_thing_once() -> None:
    """Lists are sets to the reader: what is said again is dropped, the order stays."""
    assert LIST.validate_python(["乙", "甲", " 乙 "]) == ("乙", "甲")
    assert LIST.validate_python([]) == ()


@pytest.mark.parametrize("value", [[], ["甲"], ["甲", "甲 "], ["甲", ""], "甲乙"])
def test_an_arrangement_has_two_parties(value: Any) -> None:
    """One party, the same one twice, or a bare text is no arrangement."""
    with pytest.raises(ValidationError):
        PARTIES.validate_python(value)


def test_lists_are_immutable_and_plain_in_json() -> None:
    """A list field is a tuple in Python and an array in JSON."""
    parties = PARTIES.validate_json('["甲", "乙"]')
    assert parties == ("甲", "乙")
    assert json.loads(PARTIES.dump_json(parties)) == ["甲", "乙"]

"""The kinds of value that a field can hold, dates apart: text, numbers, lists.

All of them are plain Python values (``str``, ``int``, ``float``, ``tuple``) with checks attached, so that a
record's values compare, hash and turn into JSON without help.
"""

from typing import Annotated, Final

from pydantic import AfterValidator, BeforeValidator, Strict, StringConstraints, WithJsonSchema

#: The largest number that every JSON reader keeps exact.
LARGEST_NUMBER: Final = 2**53


def _plain_number(value: object) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("a number is expected, not " + type(value).__name__)
    if not abs(value) <= LARGEST_NUMBER:  # this way round it is false for NaN too
        raise ValueError("a finite number of at most 2**53 is expected")
    return int(value) if value == int(value) else value


def _not_negative(value: int | float) -> int | float:
    if value < 0:
        raise ValueError("a number of 0 or more is expected")
    return value


def _said_once(items: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(items))


def _two_or_more(items: tuple[str, ...]) -> tuple[str, ...]:
    if len(items) < 2:
        raise ValueError("two or more different names are expected")
    return items


#: Text without white space around it, never empty.
Text = Annotated[str, Strict(), StringConstraints(strip_whitespace=True, min_length=1)]

#: A finite number; one without a fraction is an ``int``, so that JSON says 15000 and not 15000.0.
Number = Annotated[int | float, BeforeValidator(_plain_number), WithJsonSchema({"type": "number"})]

#: A number of 0 or more: a sum of money, an area, beds, years of age.
Amount = Annotated[
    int | float,
    BeforeValidator(_plain_number),
    AfterValidator(_not_negative),
    WithJsonSchema({"type": "number", "minimum": 0}),
]

#: Texts in the order of the document, each once.
TextList = Annotated[tuple[Text, ...], AfterValidator(_said_once)]

#: Two or more different names.
Parties = Annotated[
    tuple[Text, ...],
    AfterValidator(_said_once),
    AfterValidator(_two_or_more),
    WithJsonSchema({"type": "array", "items": {"type": "string", "minLength": 1}, "minItems": 2}),
]

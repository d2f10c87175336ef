"""Private numbers known by their own form: national IDs, mobile and landline numbers, bank cards.

The text looked at is a view in half-width digits, with each stretch of white space as one blank or line end.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_PROVINCES = re.compile("1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[123]|91")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"

_RUN = re.compile(r"(?<![0-9])(?=([0-9](?:[ \n-]{0,3}[0-9]){10,18}))")
_LAST_X = re.compile(r"[ \n-]{0,3}[Xx×]")
_GAPS = str.maketrans("", "", " \n-")
_LONG_RUN = re.compile(r"[0-9]{18,}[Xx]|[0-9]{19,}")
_BROKEN_RUN = re.compile(r"(?<![0-9])[0-9]+\n[0-9]+[Xx]?")
_TWICE = re.compile(r"(?<![0-9])(1[3-9][0-9]{9})\1(?![0-9])")
_LANDLINE = re.compile(
    r"(?<![0-9])(?:\(0\n?[1-9]\n?[0-9](?:\n?[0-9])?\)[ \n]?|0\n?[1-9]\n?[0-9](?:\n?[0-9])?[ \n]?-[ \n]?)"
    r"[1-9](?:\n?[0-9]){2,3}[ \n-]?(?:[0-9]\n?){3}[0-9](?!\n?[0-9])(?:[ \n]?[-转][ \n]?[0-9]{1,5}(?![0-9]))?"
)
_LANDLINE_IN_BLANKS = re.compile(
    r"(?<![0-9.,])(?:0\n?1\n?0|0\n?2\n?[0-9]|0\n?[3-9]\n?[0-9]\n?[0-9])[ \n]?"
    r"[2-8](?:(?:\n?[0-9]){6,7}|[0-9]{2,3} [0-9]{4})(?!\n?[0-9])"
)
"""Without a hyphen a number is a landline's only with an area code in use and a first digit that numbers have."""
_LANDLINE_SPREAD = re.compile(
    r"(?<![0-9])(?<![0-9] )(?:0 1 0|0 2 [0-9]|0 [3-9] [0-9] [0-9]) ?[- ] ?[2-8](?: [0-9]){6,7}(?! ?[0-9])"
)
"""Each digit by itself."""
_MONEY = re.compile(
    r"[ \n]?(?:元(?![旦月宵])|圆(?!满|形|桌|明)|万元|亿|美元|港元|港币|日元|欧元|%|‰|\.[0-9])"
)
_MONEY_BEFORE = re.compile(r"(?:[¥$€￥]|人民币|(?<![0-9])0[.,])[ \n]?\Z")
_DIGIT_BEFORE = re.compile(r"[0-9][ \n]\Z")
_DIGIT_AFTER = re.compile(r"[ \n][0-9]")


def check_digit(digits: str) -> str:
    """The last character of a national ID, after its seventeen digits (GB 11643)."""
    return _CHECKS[sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True)) % 11]


def luhn(digits: str) -> bool:
    """Whether the last digit of a card number is its check digit (ISO/IEC 7812)."""
    total = 0
    for at, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + at % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def by_form(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each number in the view ``text`` that is private by its looks; they may overlap."""
    for pattern in (_LANDLINE, _LANDLINE_SPREAD, _TWICE):
        for match in pattern.finditer(text):
            yield match.span()
    for match in _LANDLINE_IN_BLANKS.finditer(text):
        if not _MONEY.match(text, match.end()):
            yield match.span()
    for match in _LONG_RUN.finditer(text):
        if _holds_id(match[0]):
            yield match.span()
    for match in _BROKEN_RUN.finditer(text):
        yield from _ids_in(match)
    for match in _RUN.finditer(text):
        end = _number_end(text, *match.span(1))
        if end:
            yield match.start(), end


def _born(year: str, month: str, day: str) -> bool:
    return 1 <= int(month) <= 12 and 1 <= int(day) <= 31 and (len(year) == 2 or 1900 <= int(year) <= 2030)


def _is_valid_id(digits: str) -> bool:
    return _resembles_id(digits) and check_digit(digits[:17]) == digits[17]


def _resembles_id(digits: str) -> bool:
    """Region and birthday are possible; the check digit may be wrong."""
    return _PROVINCES.match(digits) is not None and _born(digits[6:10], digits[10:12], digits[12:14])


def _is_old_id(digits: str) -> bool:
    return _PROVINCES.match(digits) is not None and _born(digits[6:8], digits[8:10], digits[10:12])


def _is_mobile(digits: str) -> bool:
    return digits[0] == "1" and digits[1] in "3456789"


def _is_mobile_abroad(digits: str) -> bool:
    return digits.startswith(("86", "0086")) and _is_mobile(digits[-11:])


def _is_mobile_afar(digits: str) -> bool:
    return digits[0] == "0" and _is_mobile(digits[1:])


def _is_card(digits: str) -> bool:
    """First digits that issuers use, and the check digit. Of the rare lengths only UnionPay's."""
    first = {16: ("3", "4", "5", "6"), 19: ("1", "4", "5", "6", "9")}.get(
        len(digits), ("621", "622", "623", "625")
    )
    return digits.isdigit() and digits.startswith(first) and luhn(digits)


@dataclass(frozen=True, slots=True)
class _Kind:
    """One kind of number: its length, what its digits must satisfy, and how they may be grouped."""

    length: int
    looks: Callable[[str], bool]
    groups: tuple[tuple[int, ...], ...]
    anyhow: bool = False
    """The digits say enough: grouping and a unit behind them do not matter."""


_FOURS = ((4, 4, 4, 4), (4, 4, 4, 4, 1), (4, 4, 4, 4, 2), (4, 4, 4, 4, 3))
_KINDS = (
    _Kind(18, _is_valid_id, (), anyhow=True),
    _Kind(
        18, _resembles_id, ((6, 8, 4), (6, 4, 4, 4), (6, 4, 8), (3, 3, 4, 4, 4), (6, 12), (14, 4), *_FOURS)
    ),
    _Kind(19, _is_card, (*_FOURS, (6, 13))),
    _Kind(16, _is_card, (*_FOURS, (6, 10))),
    _Kind(18, _is_card, (*_FOURS, (6, 12))),
    _Kind(17, _is_card, (*_FOURS, (6, 11))),
    _Kind(15, _is_old_id, ((6, 6, 3), (6, 9))),
    _Kind(13, _is_mobile_abroad, ((2, 11), (2, 3, 4, 4), (5, 4, 4), (2, 3, 8))),
    _Kind(15, _is_mobile_abroad, ((4, 11), (4, 3, 4, 4), (4, 3, 8))),
    _Kind(12, _is_mobile_afar, ((1, 11), (4, 4, 4), (1, 3, 4, 4))),
    _Kind(11, _is_mobile, ((3, 4, 4), (3, 8), (7, 4), (4, 4, 3), (4, 3, 4), (3, 3, 5))),
)


def _number_end(text: str, start: int, stop: int) -> int:
    """The end of the private number that begins at ``start``, 0 for none; ``stop`` ends the digits there."""
    digits = text[start:stop].translate(_GAPS)
    last = _LAST_X.match(text, stop) if len(digits) == 17 else None
    if last:
        digits, stop = digits + "X", last.end()
    # In a row of digits that stand alone, only an ID says by itself where it begins.
    row = text[start + 1] in " \n" and _DIGIT_BEFORE.search(text[max(0, start - 2) : start])
    for kind in _KINDS[:1] if row else _KINDS:
        if len(digits) < kind.length or ("X" in digits and kind.length != 18):
            continue
        if not kind.looks(digits[: kind.length]):
            continue
        end = _end_of(text, start, kind.length)
        if text[end : end + 1].isdigit():
            continue
        if kind.anyhow or (_is_grouped(text, start, end, kind.groups) and not _is_amount(text, start, end)):
            return end
    return 0


def _end_of(text: str, start: int, length: int) -> int:
    """Where the first ``length`` digits from ``start`` end."""
    at = start
    while length:
        length -= text[at] not in " \n-"
        at += 1
    return at


def _is_grouped(text: str, start: int, end: int, groups: tuple[tuple[int, ...], ...]) -> bool:
    """Whether the digits stand together, in one of the groupings or each alone; a line end may break them."""
    written = text[start:end]
    shapes = {_shape(written)}
    if written.count("\n") == 1:
        shapes.add(_shape(re.sub("[ -]?\n[ -]?", "", written)))
    if any(len(shape) == 1 or shape in groups for shape in shapes):
        return True
    alone = any(set(shape) == {1} for shape in shapes)
    return (
        alone
        and not _DIGIT_BEFORE.search(text[max(0, start - 2) : start])
        and not _DIGIT_AFTER.match(text, end)
    )


def _shape(written: str) -> tuple[int, ...]:
    return tuple(len(part) for part in re.split("[ \n-]+", written))


def _is_amount(text: str, start: int, end: int) -> bool:
    return bool(_MONEY.match(text, end) or _MONEY_BEFORE.search(text[max(0, start - 5) : start]))


def _holds_id(run: str) -> bool:
    """Whether a run of digits is a valid national ID with other digits stuck to it."""
    run = run.upper()
    return any(run[at : at + 17].isdigit() and _is_valid_id(run[at : at + 18]) for at in range(len(run) - 17))


def _ids_in(run: re.Match[str]) -> Iterator[tuple[int, int]]:
    """Valid national IDs in digits that a line end breaks, with other digits stuck to them."""
    places = [at for at in range(*run.span()) if not run.string[at].isspace()]
    digits = "".join(run.string[at] for at in places).upper()
    for at in range(len(digits) - 17):
        if digits[at : at + 17].isdigit() and _is_valid_id(digits[at : at + 18]):
            yield places[at], places[at + 17] + 1

"""Why values are no record, in plain words, field by field."""

from dataclasses import dataclass
from typing import Final

from pydantic import ValidationError

from pipeline.output.labels import field_label
from schemas import Comparator, FieldSpec, fields_of

_EXPECTED: Final = {
    Comparator.DATE: "写作 2023、2023-05、2023-05-12、2023-Q1、--05-12（年份不明），或用 / 连接的两个日期",
    Comparator.NUMBER: "填一个数，如 15000 或 2.5",
    Comparator.BOOLEAN: "填“是”或“否”",
    Comparator.ENUM: "从列表中选一个",
}
_RULES: Final = (
    ("two or more", "至少要有两个不同的名称"),
    ("value_max", "上限不能小于数值"),
    ("date_end", "结束日期不能早于日期"),
    ("ends before it begins", "起止日期颠倒了"),
    ("not a day of the calendar", "日历上没有这一天"),
    ("0 or more", "不能是负数"),
)
"""Words of the schema's own messages, and what they mean to a person."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault: the field it is about (empty for the whole record), and what to do, in Chinese and in English."""

    field: str
    text: str
    english: str


class Refused(Exception):
    """What was asked cannot be done; ``problems`` says why."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("refused")
        self.problems = problems


def problem(text: str, english: str, field: str = "") -> Refused:
    """A refusal for one reason."""
    return Refused(Problem(field, text, english))


def refused(type_name: str, error: ValidationError) -> Refused:
    """What a validation error says, in plain words; no value of the record stands in them."""
    specs = {spec.name: spec for spec in fields_of(type_name)}
    found = []
    for fault in error.errors(include_url=False, include_input=False, include_context=False):
        names = [part for part in fault["loc"] if isinstance(part, str) and part != type_name]
        spec = specs.get(names[0]) if names else None
        found.append(_told(type_name, spec, names[0] if names else "", fault["type"], fault["msg"]))
    return Refused(*dict.fromkeys(found))


def _told(type_name: str, spec: FieldSpec | None, name: str, kind: str, message: str) -> Problem:
    rule = next((words for part, words in _RULES if part in message), None)
    english = message.removeprefix("Value error, ")
    if spec is None:
        label = f"“{name}”：" if name else ""
        return Problem("", f"{label}{rule or '这样填不成一条记录'}。", english)
    label = field_label(type_name, spec.name)
    if rule is None and spec.required and kind in ("missing", "string_type", "string_too_short"):
        return Problem(spec.name, f"“{label}”必须填写。", "This field is required.")
    expected = rule or _EXPECTED.get(spec.comparator, "填原文的文字，不能为空")
    return Problem(spec.name, f"“{label}”：{expected}。", english)

"""What both libraries are told: the rules, the record types with their fields, and worked examples.

The types and fields are those of the schemas, in their own words; rules and examples are files in ``task/``. The
examples are about hospitals that do not exist.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from schemas import RECORD_TYPES, FieldSpec, fields_of

FOLDER: Final = Path(__file__).resolve().parent / "task"
WINDOW: Final = 600
"""Most characters of an article in one question."""
MAX_TOKENS: Final = 2048
"""Most tokens of an answer."""
WORKERS: Final = 2
"""Questions asked at once, in as many slots of the engine."""
QUOTE: Final = "quote"
"""In an example's record, the text that states it; the other keys are ``type`` and the type's fields."""


@dataclass(frozen=True, slots=True)
class Example:
    """A text, and the records that it states in the order in which it states them."""

    text: str
    records: tuple[Mapping[str, Any], ...]


@cache
def instructions() -> str:
    """The rules, and a line for each record type."""
    rules = (FOLDER / "rules.txt").read_text(encoding="utf-8").strip()
    types = [f"{kind}（{model.label}）：{_fields(kind)}" for kind, model in RECORD_TYPES.items()]
    return "\n".join([rules, "", "记录类型和字段（* 为必填）：", *types])


@cache
def examples() -> tuple[Example, ...]:
    """The worked examples; together they state every field of every type."""
    found = json.loads((FOLDER / "examples.json").read_text(encoding="utf-8"))
    return tuple(Example(one["text"], tuple(one["records"])) for one in found)


def _fields(kind: str) -> str:
    return "；".join(_field(spec) for spec in fields_of(kind))


def _field(spec: FieldSpec) -> str:
    return f"{spec.name}{'*' if spec.required else ''} {spec.description}"

"""What all records have in common."""

from typing import Any, ClassVar, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    model_serializer,
    model_validator,
)

from schemas.enums import RecordType
from schemas.evidence import Check, Evidence, Named
from schemas.fields import field_specs
from schemas.values import Text

_LAST = ("evidence", "checks", "entities")


def _evidence_last(values: dict[str, Any]) -> dict[str, Any]:
    """Keys in the order in which a person reads a record; pydantic puts a base class's fields first."""
    last = {name: values[name] for name in _LAST if name in values}
    return {name: value for name, value in values.items() if name not in _LAST} | last


def _properties_in_order(schema: dict[str, Any]) -> None:
    schema["properties"] = _evidence_last(schema["properties"])


class FactModel(BaseModel):
    """Frozen, closed to unknown fields, with its judged fields as ``facts``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    #: What the type is called in Chinese.
    label: ClassVar[str]

    def facts(self) -> dict[str, Any]:
        """The type's own fields and their values, in the order of their declaration."""
        return {spec.name: getattr(self, spec.name) for spec in field_specs(type(self))}


class Record(FactModel):
    """One fact that a document states, with the sentences that state it.

    ``id`` and ``document`` are None until a run has given them. The twelve types are the subclasses.
    """

    model_config = ConfigDict(json_schema_extra=_properties_in_order)

    id: Text | None = Field(default=None, description="记录编号，各次运行之间不变")
    document: Text | None = Field(default=None, description="文档编号")
    type: RecordType = Field(description="记录类型")
    evidence: tuple[Evidence, ...] = Field(default=(), description="陈述该事实的原文片段，按阅读顺序")
    checks: tuple[Check, ...] = Field(default=(), description="各字段的值在原文中的依据")
    entities: tuple[Named, ...] = Field(
        default=(), description="记录中的机构和人物在整个运行中的编号（entities.jsonl）"
    )

    def key(self) -> tuple[Any, ...]:
        """The values of the key fields: two records of one type and document with equal keys are one fact.

        A list comes as a sorted tuple, for lists compare as sets.
        """
        values = (getattr(self, spec.name) for spec in field_specs(type(self)) if spec.key)
        return tuple(tuple(sorted(value)) if isinstance(value, tuple) else value for value in values)

    @model_validator(mode="after")
    def _checks_and_entities_name_own_fields(self) -> Self:
        if self.checks or self.entities:
            own = {spec.name for spec in field_specs(type(self))}
            for what, lines in (("check", self.checks), ("name an entity of", self.entities)):
                if unknown := {line.field for line in lines} - own:
                    raise ValueError(f"{self.type} has no field {', '.join(sorted(unknown))} to {what}")
        return self

    # No return annotation, on purpose: with one, JSON Schemas of the serialized form would lose the fields.
    @model_serializer(mode="wrap")
    def _in_reading_order(self, serialize: SerializerFunctionWrapHandler):  # type: ignore[no-untyped-def]
        return _evidence_last(serialize(self))

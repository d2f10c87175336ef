"""Where a record stands in its document: evidence spans, and the check behind each value; and whom it names.

Offsets are code points of the original file, decoded but otherwise untouched, half open: ``[start, end)``.
"""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, Strict, model_validator

from schemas.values import Text

#: An offset into the original file, in code points.
Offset = Annotated[int, Strict(), Field(ge=0)]


class Evidence(BaseModel):
    """A piece of the document that states the fact; ``text`` is what stands there, private numbers masked."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    start: Offset = Field(description="起始偏移：原文件的字符（码点）位置，含")
    end: Offset = Field(description="结束偏移：不含")
    text: str = Field(description="原文这一段的文字，与偏移等长", min_length=1)

    @model_validator(mode="after")
    def _as_long_as_its_span(self) -> Self:
        if len(self.text) != self.end - self.start:
            raise ValueError(f"text has {len(self.text)} code points, its span {self.end - self.start}")
        return self


class Check(BaseModel):
    """How one value was found in the document.

    ``verbatim``: it stands there as it is. ``derived``: it follows by rule from what stands there (15000 from
    ``1.5万``). ``resolved``: another part of the document gives it (a full name, a year). A list field has a
    check per item. ``start`` and ``end`` are the span where it stands, None where no single place is it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    field: Text = Field(description="所检查的字段名")
    status: Literal["verbatim", "derived", "resolved"] = Field(
        description="verbatim 原文照录 · derived 由原文按规则得出 · resolved 由文中别处确定"
    )
    start: Offset | None = Field(default=None, description="起始偏移，含")
    end: Offset | None = Field(default=None, description="结束偏移，不含")

    @model_validator(mode="after")
    def _whole_span_or_none(self) -> Self:
        if self.start is None or self.end is None:
            if self.start is not self.end:
                raise ValueError("start and end are given together or not at all")
            if self.status == "verbatim":
                raise ValueError("a verbatim value stands somewhere: start and end are needed")
        elif self.start >= self.end:
            raise ValueError(f"the span {self.start}-{self.end} is empty")
        return self


class Named(BaseModel):
    """Which body or person of the whole run a name in a record means; a list field has one per item."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    field: Text = Field(description="名称所在的字段")
    name: Text = Field(description="字段中的名称")
    entity: Text = Field(description="实体编号：entities.jsonl 中的 id")

"""Gold annotations: one JSON file per document, in the format of the record guide.

A gold record is flat: the type's fields, all of them present, beside ``evidence`` as ``[start, end]`` pairs.
The text of the evidence is not in the file; whoever has the document can cut it out.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from schemas.article import Article
from schemas.evidence import Offset
from schemas.union import AnyRecord, fields_of
from schemas.values import Text


class GoldRecord(BaseModel):
    """A record, its own ``evidence`` empty, and the spans that state it, in reading order."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    record: AnyRecord
    evidence: tuple[tuple[Offset, Offset], ...] = Field(min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _from_flat(cls, data: Any) -> Any:
        if not isinstance(data, Mapping) or "record" in data:
            return data
        values = {name: value for name, value in data.items() if name != "evidence"}
        _all_present(str(values.get("type")), values)
        return {"record": values, "evidence": data.get("evidence", ())}

    @model_validator(mode="after")
    def _spans_hold_something(self) -> Self:
        for start, end in self.evidence:
            if start >= end:
                raise ValueError(f"the span {start}-{end} is empty")
        return self


class Provenance(BaseModel):
    """Where gold comes from that was made by reviewing a run.

    ``reviewers`` by name, ``time`` of the last decision, ``run`` the hash of the run's results, ``decisions`` how many
    records were ``accepted``, ``corrected``, ``rejected``, ``added``, ``agreed`` (as earlier gold has them), or taken over ``undecided``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    reviewers: tuple[Text, ...] = ()
    time: AwareDatetime | None = None
    run: Text
    decisions: Mapping[str, Annotated[int, Field(ge=1)]]


class GoldDocument(BaseModel):
    """What a document holds, as a person annotated it.

    ``sha256`` is of the document's bytes, ``guide`` the version of the record guide that was followed, ``version`` that of
    this annotation; ``provenance`` is None where no run was reviewed.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    document: Text
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    guide: Annotated[int, Field(ge=1)]
    version: Annotated[int, Field(ge=1)] = 1
    provenance: Provenance | None = None
    article: Article
    records: tuple[GoldRecord, ...]

    @model_validator(mode="before")
    @classmethod
    def _article_in_full(cls, data: Any) -> Any:
        if isinstance(data, Mapping) and isinstance(data.get("article"), Mapping):
            _all_present("article", data["article"])
        return data


def load_gold(path: Path) -> GoldDocument:
    """Read one gold file. Raises OSError, or ``pydantic.ValidationError`` with every fault in it."""
    return GoldDocument.model_validate_json(path.read_bytes())


def _all_present(type_name: str, values: Mapping[str, Any]) -> None:
    missing = [spec.name for spec in fields_of(type_name) if spec.name not in values]
    if missing:
        raise ValueError(f"{type_name} without {', '.join(missing)}: gold states every field")

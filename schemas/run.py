"""What a run leaves beside its records: what was rejected, what failed, and the summary in ``run.json``."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from schemas.enums import TypeName
from schemas.evidence import Evidence
from schemas.values import Text
from schemas.version import SCHEMA_VERSION

_Count = Annotated[int, Field(ge=0)]


class _Line(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Rejected(_Line):
    """An answer that did not become a record: its values as far as they go, and every reason why not."""

    document: Text
    type: TypeName
    values: Mapping[str, object]
    evidence: tuple[Evidence, ...] = ()
    reasons: tuple[Text, ...] = Field(min_length=1)


class Failure(_Line):
    """What could not be done: a whole document, or one question (``chunk``, ``type``) about it.

    ``error`` is the class of the error, ``message`` what happened, ``next_step`` what the user can do.
    """

    document: Text
    chunk: int | None = None
    type: Text | None = None
    error: Text
    message: Text
    next_step: str = ""


class DocumentCounts(_Line):
    """Documents by outcome; a ``partial`` one has a failed question and keeps its other records."""

    complete: _Count = 0
    partial: _Count = 0
    failed: _Count = 0


class CallCounts(_Line):
    """Questions by where their answer came from: the cache or bundled answers, the model, or nowhere."""

    replayed: _Count = 0
    live: _Count = 0
    failed: _Count = 0


class TokenCounts(_Line):
    """Tokens of all attempts at live answers; ``cached`` is the part of ``prompt`` not recomputed.

    ``wasted`` counts those, of ``prompt`` and ``completion`` together, that attempts without an answer used.
    """

    prompt: _Count = 0
    cached: _Count = 0
    completion: _Count = 0
    wasted: _Count = 0


class RunSummary(_Line):
    """``run.json``: with what a run was made, what came out, and what it took.

    ``settings``: the settings in force, no secret among them. ``versions``: packages, model, prompts.
    ``hashes``: sha256 by what was hashed. ``records``: count by record type. ``cost``: US dollars, None where
    no price is known. ``seconds``: wall clock from ``started`` (with its time zone) to the end.
    """

    schema_version: str = SCHEMA_VERSION
    started: AwareDatetime
    seconds: float = Field(ge=0, allow_inf_nan=False)
    settings: Mapping[str, object]
    versions: Mapping[str, str]
    hashes: Mapping[str, str]
    documents: DocumentCounts
    records: Mapping[TypeName, _Count]
    rejected: _Count = 0
    calls: CallCounts
    tokens: TokenCounts
    cost: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None

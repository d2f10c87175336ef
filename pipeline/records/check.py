"""From a candidate to a record, or to a rejection with every reason.

A candidate with a reason is kept apart with it, never dropped in silence.
"""

from collections.abc import Sequence

from pydantic import ValidationError

from pipeline.records.candidate import Candidate
from pipeline.records.rules import reasons_against
from schemas import RECORD_TYPES, AnyRecord, Rejected, fields_of


def check(candidate: Candidate) -> AnyRecord | Rejected:
    """The record that a candidate is, without an id; or the candidate with every reason against it."""
    reasons = [
        *candidate.reasons,
        *_missing(candidate),
        *reasons_against(candidate),
    ]
    if not reasons:
        try:
            return RECORD_TYPES[candidate.type](  # type: ignore[return-value]
                document=candidate.document,
                evidence=candidate.evidence,
                checks=tuple(
                    one for one in candidate.checks if candidate.values.get(one.field) not in (None, ())
                ),
                **{name: value for name, value in candidate.values.items() if value is not None},
            )
        except ValidationError as error:
            reasons = [
                f"{'.'.join(map(str, each['loc'])) or 'record'}: {each['msg']}" for each in error.errors()
            ]
    return _rejected(candidate, [*reasons, *candidate.dropped])


def dropped(candidate: Candidate) -> Rejected | None:
    """What a candidate that became a record had to do without, or None where nothing was dropped."""
    return _rejected(candidate, candidate.dropped) if candidate.dropped else None


def _rejected(candidate: Candidate, reasons: Sequence[str]) -> Rejected:
    return Rejected(
        document=candidate.document,
        type=candidate.type,
        values=candidate.copied,
        evidence=candidate.evidence,
        reasons=tuple(dict.fromkeys(reasons)),
    )


def _missing(candidate: Candidate) -> list[str]:
    return [
        f"{spec.name}: required, and the sentence does not state it"
        for spec in fields_of(candidate.type)
        if spec.required
        and candidate.values.get(spec.name) in (None, "", ())
        and not any(reason.startswith(f"{spec.name}:") for reason in candidate.reasons)
    ]

"""What a run leaves beside its records."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from schemas import SCHEMA_VERSION, Evidence, Failure, Rejected, RunSummary

SUMMARY: dict[str, Any] = {
    "started": "2026-03-01T08:30:00+08:00",
    "seconds": 41.5,
    "settings": {"profile": "small", "types": ["metric"], "offline": True},
    "versions": {"pydantic": "2.14.3"},
    "hashes": {"prompts": "ab"},
    "documents": {"complete": 4, "partial": 1},
    "records": {"metric": 12},
    "calls": {"replayed": 30, "live": 2},
    "tokens": {"prompt": 900, "cached": 600, "completion": 80},
}


def test_a_summary_comes_back_from_json() -> None:
    """``run.json`` is read back as the same summary, with the schema version and counts of zero filled in."""
    summary = RunSummary.model_validate(SUMMARY)
    assert RunSummary.model_validate_json(summary.model_dump_json()) == summary
    written = json.loads(summary.model_dump_json())
    assert written["schema_version"] == SCHEMA_VERSION
    assert written["started"] == "2026-03-01T08:30:00+08:00"
    assert written["settings"] == SUMMARY["settings"]
    assert (written["calls"]["failed"], written["documents"]["failed"], written["cost"]) == (0, 0, None)


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"started": "2026-03-01T08:30:00"}, id="a time without its zone"),
        pytest.param({"seconds": -1}, id="a negative time"),
        pytest.param({"cost": float("nan")}, id="a cost that is no number"),
        pytest.param({"records": {"rumour": 1}}, id="a record type that does not exist"),
        pytest.param({"records": {"metric": -1}}, id="fewer than no records"),
        pytest.param({"calls": {"replayed": 1, "lost": 2}}, id="a count of no such name"),
    ],
)
def test_what_breaks_a_summary(wrong: dict[str, Any]) -> None:
    """A summary holds known counts, of known types, none of them negative."""
    with pytest.raises(ValidationError):
        RunSummary.model_validate(SUMMARY | wrong)


def test_a_rejected_answer_keeps_values_that_no_record_could_hold() -> None:
    """Rejected values are kept as they came, with every reason, and survive JSON."""
    rejected = Rejected(
        document="a.txt",
        type="partnership",
        values={"parties": ["甲院"], "form": "marriage", "date": None},
        evidence=(Evidence(start=0, end=2, text="甲院"),),
        reasons=("parties: two or more different names are expected", "form: unknown"),
    )
    assert Rejected.model_validate_json(rejected.model_dump_json()) == rejected


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"reasons": ()}, id="no reason"),
        pytest.param({"reasons": ("",)}, id="an empty reason"),
        pytest.param({"type": "rumour"}, id="an unknown type"),
        pytest.param({"document": ""}, id="no document"),
    ],
)
def test_nothing_is_rejected_without_a_reason(wrong: dict[str, Any]) -> None:
    """A rejected answer says which document, which type, and why."""
    values = {"document": "a.txt", "type": "case", "values": {}, "reasons": ("no patient",)}
    assert Rejected.model_validate(values).reasons == ("no patient",)
    with pytest.raises(ValidationError):
        Rejected.model_validate(values | wrong)


def test_a_failure_is_of_a_document_or_of_one_question() -> None:
    """A failure names its document; chunk and type only where one question failed."""
    whole = Failure(document="a.txt", error="DocumentError", message="a.txt: empty")
    part = Failure(
        document="b.txt",
        chunk=3,
        type="event",
        error="AnswerError",
        message="cut off",
        next_step="Try again.",
    )
    assert (whole.chunk, whole.type, whole.next_step) == (None, None, "")
    assert Failure.model_validate_json(part.model_dump_json()) == part
    with pytest.raises(ValidationError, match="message"):
        Failure.model_validate({"document": "a.txt", "error": "DocumentError"})

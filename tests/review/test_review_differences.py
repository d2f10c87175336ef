"""Two sides beside each other: what belongs together, what differs, and what is still to be looked at."""

from pathlib import Path
from typing import Any

import pytest

from pipeline.cli import parser
from pipeline.review.command import desk_of
from pipeline.review.differences import pairs
from pipeline.review.page import data, next_open
from schemas import AnyRecord, parse_record
from tests.review.desk import review
from tests.review.made_up_run import records, write_run

ACCREDITATION, METRIC = records("a.txt")


def record(base: dict[str, Any], **changes: Any) -> AnyRecord:
    """A record with other values."""
    return parse_record(base | changes)


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        pytest.param({}, (), id="the same"),
        pytest.param({"id": "other", "checks": []}, (), id="another id"),
        pytest.param({"designation": "“省級重點專科”"}, (), id="traditional, in quotation marks"),
        pytest.param({"organization": "青禾市 第九医院"}, (), id="a blank"),
        pytest.param({"date": "2021"}, ("date",), id="another date"),
        pytest.param(
            {"unit": "呼吸科", "status": "awarded"}, ("unit", "status"), id="other keys, one sentence"
        ),
    ],
)
def test_records_that_are_one_fact_stand_together(changes: dict[str, Any], fields: tuple[str, ...]) -> None:
    """By their keys, or by the sentence that they cite; what only spelling adds is no difference."""
    found = pairs([record(ACCREDITATION), record(METRIC)], [record(METRIC), record(ACCREDITATION, **changes)])
    assert [(pair.ours is not None, pair.theirs is not None, pair.fields) for pair in found] == [
        (True, True, fields),
        (True, True, ()),
    ]


def test_records_without_a_partner_stand_alone() -> None:
    """Another type, or neither key nor sentence in common: ours first, then theirs. Equal keys go before a shared sentence."""
    away = {"start": 500, "end": 503, "text": "xyz"}
    other = record(ACCREDITATION, designation="胸痛中心", evidence=[away])
    found = pairs([record(ACCREDITATION)], [other, record(METRIC)])
    assert [(pair.ours, pair.theirs) for pair in found] == [
        (record(ACCREDITATION), None),
        (None, other),
        (None, record(METRIC)),
    ]
    near = record(ACCREDITATION, unit="呼吸科")
    elsewhere = record(ACCREDITATION, evidence=[away])
    assert pairs([record(ACCREDITATION)], [near, elsewhere])[0].theirs == elsewhere


def test_what_differs_between_two_runs_is_walked(tmp_path: Path) -> None:
    """Only the record that the other run has otherwise is open, with the other's value, until it is decided."""
    run, other = write_run(tmp_path / "run"), write_run(tmp_path / "other", changes={"unit": "呼吸科"})
    args = parser().parse_args(["review", str(run), "--against", str(other)])
    with review(run) as decide:
        desk = desk_of(decide.desk.run, decide.journal.decisions, args)
        document = desk.run.documents[0]
        before = data(desk, document, "周一")
        leads = [next_open(desk)]
        decide("accept", "accreditation-a.txt")
        after = data(desk, document, "周一")
        leads.append(next_open(desk))
    assert leads == [1, None]
    assert before["side"] == "run" and before["others"] == []
    assert [(one["open"], tuple(one["differs"])) for one in before["items"]] == [
        (True, ("unit",)),
        (False, ()),
    ]
    assert before["items"][0]["theirs"]["unit"] == "呼吸科"
    assert not any(one["open"] for one in after["items"])


def test_a_record_that_only_the_other_side_has_can_be_dismissed(tmp_path: Path) -> None:
    """With a reason, as its own records are rejected; taken back, it is open again."""
    run, other = write_run(tmp_path / "run", changes={"status": "held"}), write_run(tmp_path / "other")
    (run / "records.jsonl").write_text(
        (run / "records.jsonl").read_text("utf-8").splitlines()[0] + "\n", "utf-8"
    )
    args = parser().parse_args(["review", str(run), "--against", str(other)])
    with review(run) as decide:
        decide.desk = desk_of(decide.desk.run, decide.journal.decisions, args)
        document = decide.desk.run.documents[0]
        decide("accept", "accreditation-a.txt")
        seen = [data(decide.desk, document, "周一")["others"][0]["open"]]
        leads = [next_open(decide.desk)]
        for kind in ("reject", "undo"):
            decide(kind, "metric-a.txt", reason="原文没有这样说")
            seen.append(data(decide.desk, document, "周一")["others"][0]["open"])
            leads.append(next_open(decide.desk))
    assert leads == [1, None, 1]
    assert seen == [True, False, True]

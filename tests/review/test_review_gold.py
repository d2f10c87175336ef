"""Gold made of a review: the harness counts at once what was corrected, and each file says where it comes from."""

import json
from pathlib import Path
from typing import Any

import pytest

from eval.cli import main as evaluate
from pipeline.cli import main
from pipeline.document import Source, read
from schemas import fields_of
from schemas.gold import GoldDocument, load_gold
from tests.review.desk import review
from tests.review.made_up_run import (
    HOSPITAL,
    OFFERED,
    PASSED,
    TEXT,
    selection,
    span,
    write_articles,
    write_run,
)

UNIT: dict[str, Any] = {"values": {"unit": "呼吸科"}, "places": {"unit": [selection("呼吸科")]}}
SERVICE: dict[str, Any] = {
    "type": "service",
    "values": {"organization": HOSPITAL, "name": "夜间门诊"},
    "evidence": [selection(OFFERED)],
}


def gold_of(run: Path, out: Path, *flags: str) -> GoldDocument:
    """The gold that the command writes for the first document."""
    assert main(["review", str(run), "--out", str(out), *flags]) == 0
    return load_gold(out / "a.json")


def scored(capsys: pytest.CaptureFixture[str], run: Path, gold: Path, articles: Path) -> dict[str, Any]:
    """The figures that the harness gives for a run's records against gold."""
    capsys.readouterr()
    assert evaluate(["score", str(run), "--gold", str(gold), "--articles", str(articles), "--json"]) == 0
    values: dict[str, Any] = json.loads(capsys.readouterr().out)
    return values


def test_the_harness_counts_what_was_corrected(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A run is right in full against gold that only accepts it; a field corrected and a record added are two errors less."""
    run, articles = write_run(tmp_path / "run"), write_articles(tmp_path / "articles")
    with review(run) as decide:
        decide("rest")
    gold_of(run, tmp_path / "accepted")
    accepted = scored(capsys, run, tmp_path / "accepted", articles)["levels"]["norm"]
    with review(run) as decide:
        decide("correct", "accreditation-a.txt", **UNIT)
        decide("add", **SERVICE)
    gold_of(run, tmp_path / "corrected")
    found = scored(capsys, run, tmp_path / "corrected", articles)
    corrected = found["levels"]["norm"]
    assert (accepted["precision"], accepted["recall"]) == (1.0, 1.0)
    assert corrected["precision"] == 1.0
    # The unit that the run has not, and the two fields of the service.
    stated = accepted["tp"]
    assert corrected["recall"] == pytest.approx(stated / (stated + 3))


def test_gold_says_what_was_decided(tmp_path: Path) -> None:
    """Records as they stand after the review, with evidence in code points, and who decided how much, when, about what."""
    run = write_run(tmp_path / "run")
    with review(run) as decide:
        decide("correct", "accreditation-a.txt", **UNIT)
        decide("reject", "metric-a.txt", reason="重复")
        decide("add", **SERVICE)
        decide("correct", "article", values={"authors": "周一、吴二"})
    with review(run, "吴二") as decide:
        decide("correct", "accreditation-a.txt", values={"issuer": "省卫生健康委"})
        last = decide.journal.decisions[-1].at
    gold = gold_of(run, tmp_path / "gold")
    accreditation, service = gold.records
    assert accreditation.record.facts() | {} == {
        "organization": HOSPITAL,
        "unit": "呼吸科",
        "designation": "省级重点专科",
        "level": "provincial",
        "status": "passed",
        "date": "2021-05",
        "issuer": "省卫生健康委",
    }
    assert accreditation.evidence == (span(PASSED),) and service.evidence == (span(OFFERED),)
    assert gold.article.authors == ("周一", "吴二")
    assert (gold.document, gold.version, gold.guide) == ("a.txt", 1, 2)
    assert gold.provenance is not None
    assert gold.provenance.reviewers == ("吴二", "周一") and gold.provenance.time == last
    assert gold.provenance.decisions == {"corrected": 1, "rejected": 1, "added": 1}
    assert len(gold.provenance.run) == 64


def test_a_gold_file_gets_a_new_version_when_it_says_something_new(tmp_path: Path) -> None:
    """The same decisions leave the file as it is, others raise its version; the manifest follows, other files stay."""
    run, out = write_run(tmp_path / "run", ("a.txt", "b.txt")), tmp_path / "gold"
    with review(run) as decide:
        decide("rest")
    assert gold_of(run, out).version == 1
    manifest = out / "SHA256SUMS"
    first = (out / "a.json").read_bytes(), manifest.read_bytes()
    assert gold_of(run, out).version == 1
    assert ((out / "a.json").read_bytes(), manifest.read_bytes()) == first
    with review(run) as decide:
        decide("correct", "accreditation-a.txt", **UNIT)
        decide("rest", document=1)
    assert gold_of(run, out).version == 2
    assert [line[66:] for line in manifest.read_text("utf-8").splitlines()] == ["a.json", "b.json"]
    assert evaluate(["lint", "--gold", str(out)]) == 0


def test_records_that_nobody_looked_at_stop_their_document(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Unless the user says what becomes of them: kept, and counted as undecided, or left out."""
    run, out = write_run(tmp_path / "run"), tmp_path / "gold"
    assert main(["review", str(run), "--out", str(out)]) == 2
    assert "Nothing of" in capsys.readouterr().err
    with review(run) as decide:
        decide("correct", "accreditation-a.txt", **UNIT)
    assert main(["review", str(run), "--out", str(out)]) == 1
    assert "a.txt: not written, 1 of its records are undecided" in capsys.readouterr().err
    assert not list(out.glob("*.json"))
    dropped = gold_of(run, out, "--undecided", "drop")
    assert [one.record.type for one in dropped.records] == ["accreditation"]
    kept = gold_of(run, out, "--undecided", "keep")
    assert [one.record.type for one in kept.records] == ["accreditation", "metric"]
    assert kept.version == 2 and kept.provenance is not None
    assert kept.provenance.decisions == {"corrected": 1, "undecided": 1}


def test_what_gold_has_already_is_decided(tmp_path: Path) -> None:
    """Against gold only the differences are open; what was agreed enters the next version."""
    run, out = write_run(tmp_path / "run"), tmp_path / "gold"
    with review(run) as decide:
        decide("correct", "accreditation-a.txt", **UNIT)
        decide("rest")
    gold_of(run, out)
    again = write_run(tmp_path / "again")
    assert main(["review", str(again), "--gold", str(out), "--out", str(tmp_path / "next")]) == 2
    with review(again) as decide:
        decide("correct", "accreditation-a.txt", values={"unit": "呼吸与危重症医学科"})
    gold = gold_of(again, tmp_path / "next", "--gold", str(out))
    assert gold.version == 2 and gold.provenance is not None
    assert gold.provenance.decisions == {"agreed": 1, "corrected": 1}


def test_what_is_open_stays_as_gold_has_it(tmp_path: Path) -> None:
    """Gold's own values, evidence, article and records that the run missed stand until somebody decides about them."""
    earlier, run = write_run(tmp_path / "earlier"), write_run(tmp_path / "run")
    with review(earlier) as decide:
        decide("correct", "accreditation-a.txt", **UNIT)
        decide("correct", "metric-a.txt", evidence=[selection("年门诊量达1.2万余例")])
        decide("add", **SERVICE)
        decide("correct", "article", values={"authors": "吴二", "date": "2021-06"})
    out, against = tmp_path / "gold", ("--gold", str(tmp_path / "gold"), "--undecided", "keep")
    first = gold_of(earlier, out)
    with review(run) as decide:
        decide("correct", "article", values={"authors": "周一"})
    assert main(["review", str(run), "--gold", str(out), "--out", str(out)]) == 1
    second = gold_of(run, out, *against)
    assert second.records == (first.records[0], first.records[1], first.records[2])
    assert (second.article.authors, second.article.date) == (("周一",), "2021-06")
    assert second.version == 2 and second.provenance is not None
    assert second.provenance.decisions == {"agreed": 1, "undecided": 2}
    dropped = gold_of(run, out, "--gold", str(out), "--undecided", "drop")
    assert dropped.records == (first.records[1],)


def test_a_decision_that_cannot_stand_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A journal that somebody changed by hand is named, with the document."""
    run = write_run(tmp_path / "run")
    with review(run) as decide:
        decide("correct", "accreditation-a.txt", **UNIT)
        journal = decide.journal.path
    journal.write_text(journal.read_text("utf-8").replace('"呼吸科"', "7"), "utf-8")
    assert main(["review", str(run), "--out", str(tmp_path / "gold")]) == 2
    told = capsys.readouterr().err
    assert "review.jsonl" in told and "a.txt cannot stand" in told


def test_decisions_about_other_results_are_not_counted(tmp_path: Path) -> None:
    """A folder into which another run wrote keeps its journal, and starts anew; the same results go on."""
    run = write_run(tmp_path / "run")
    with review(run) as decide:
        decide("rest")
    write_run(run)
    with review(run) as decide:
        assert decide.desk.foreign() == 0
    write_run(run, changes={"unit": "内科"})
    with review(run) as decide:
        assert decide.desk.foreign() == 2
        assert {item.status for item in decide.desk.state(decide.desk.run.documents[0]).items} == {
            "undecided"
        }


def test_names_that_are_no_file_names_become_some(tmp_path: Path) -> None:
    """Documents of one stem, and of names with slashes, get a file each inside the folder."""
    names = ("a.txt", "a.md", "../up/a.txt", "…")
    run, out = write_run(tmp_path / "run", names), tmp_path / "gold"
    with review(run) as decide:
        for number in range(len(names)):
            decide("rest", document=number)
    assert main(["review", str(run), "--out", str(out)]) == 0
    assert {load_gold(path).document for path in out.glob("*.json")} == set(names)
    assert evaluate(["score", str(run), "--gold", str(out), "--articles", str(tmp_path)]) == 0


def test_gold_of_a_web_page_is_fit_to_judge_by(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its spans point into the text that a run reads from the page, not into the page's markup."""
    page = tmp_path / "a.html"
    page.write_text(
        f"<html><body><article><p>{TEXT.replace(chr(10), '</p><p>')}</p></article></body></html>", "utf-8"
    )
    source = next(iter(read([str(page)])))
    assert isinstance(source, Source)
    record = {"type": "service", "organization": HOSPITAL, "name": "夜间门诊", "date": None}
    article: dict[str, Any] = {spec.name: [] if spec.many else None for spec in fields_of("article")}
    gold = {"document": "a.html", "sha256": source.sha256, "guide": 2, "article": article}
    for end, faults in ((len(source.text), 0), (len(source.text) + 1, 1)):
        records = [record | {"evidence": [[source.text.index("夜间"), end]]}]
        (tmp_path / "a.json").write_text(json.dumps(gold | {"records": records}), "utf-8")
        assert evaluate(["lint", "--gold", str(tmp_path), "--articles", str(tmp_path)]) == faults
    assert "nothing stands at" in capsys.readouterr().out


def test_evidence_of_gold_is_cut_from_the_text(tmp_path: Path) -> None:
    """What was selected beyond the first plane of characters stands in gold where the file has it."""
    run = write_run(tmp_path / "run")
    with review(run) as decide:
        decide("correct", "metric-a.txt", evidence=[selection("🏥新事")])
        decide("rest")
    gold = gold_of(run, tmp_path / "gold")
    ((start, end),) = gold.records[1].evidence
    assert TEXT[start:end] == "🏥新事"

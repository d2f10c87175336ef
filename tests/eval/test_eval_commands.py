"""The commands: what they print, what they store, and their exit codes."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from eval.gold import FOLDER, load
from eval.runs import Run
from pipeline.run import REPOSITORY
from tests.eval.conftest import Command
from tests.eval.eval_corpus import (
    OTHER,
    PLAIN,
    RECORDS,
    THIRD,
    Corpus,
    changed,
    gold_record,
    without,
)
from tests.run.answering_server import MODEL, AnsweringServer
from tests.run.made_up_articles import ALL

Store = Callable[..., Run]


def values(answer: str) -> Any:
    """The JSON that a command printed."""
    return json.loads(answer)


def test_predictions_that_are_gold_score_one(corpus: Corpus, command: Command) -> None:
    """All levels, all types and the evidence are 1; the table and the JSON say so."""
    out = corpus.predict("out")
    found = values(command("score", str(out), *corpus.flags, "--json").out)
    assert {level["f1"] for level in found["levels"].values()} == {1.0}
    assert {one["f1"] for one in found["types"].values()} == {1.0}
    assert found["evidence"]["values_with_evidence"]["f1"] == 1.0
    assert found["article"]["f1"] == 0.0
    shown = command("score", str(out), *corpus.flags, "--fields")
    assert shown.code == 0
    assert "appointment.person" in shown.out and "Signature: f1:micro-fields|level:norm" in shown.out


def test_a_file_of_records_is_scored_like_a_folder(corpus: Corpus, command: Command) -> None:
    """Records from another tool need no run around them."""
    out = corpus.predict("out")
    found = [
        values(command("score", str(path), *corpus.flags, "--json").out)
        for path in (out, out / "records.jsonl")
    ]
    assert found[0] == found[1]


def test_what_cannot_be_divided_is_shown_as_such(corpus: Corpus, command: Command) -> None:
    """No prediction, no precision: n/a in the table, null in JSON, never 0 or 1."""
    out = corpus.predict("out", {})
    found = values(command("score", str(out), *corpus.flags, "--json").out)
    norm = found["levels"]["norm"]
    assert (norm["precision"], norm["recall"], norm["f1"]) == (None, 0.0, 0.0)
    assert "n/a" in command("score", str(out), *corpus.flags).out


def test_documents_without_gold_are_named_and_left_out(corpus: Corpus, command: Command) -> None:
    """Nothing can be said about what nobody annotated."""
    out = corpus.predict("out")
    line = {**values((out / "records.jsonl").read_text("utf-8").splitlines()[0]), "document": "stranger.txt"}
    with (out / "records.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")
    ended = command("score", str(out), *corpus.flags, "--json")
    assert "stranger.txt" in ended.err
    assert values(ended.out)["levels"]["norm"]["f1"] == 1.0


BROKEN = [
    ("{", "line 1: this is not JSON"),
    ("[]", "line 1: an object is expected"),
    ('{"type": "appointment", "document": "x"}', "line 1: this is no record"),
    ('{"type": "appointment", "person": "石一鸣", "position": "院长"}', "line 1: this is not JSON"),
    ('{"type": "appointment", "person": "A", "position": "B"}', "does not say of which document"),
]


@pytest.mark.parametrize(("line", "message"), BROKEN)
def test_a_line_that_is_no_record_is_named(corpus: Corpus, command: Command, line: str, message: str) -> None:
    """The file, the line and the fault stand in one message; nothing is scored in part."""
    path = corpus.root / "records.jsonl"
    path.write_text(line + "\n", encoding="gb18030")
    ended = command("score", str(path), *corpus.flags)
    assert ended.code == 3
    assert message in ended.err and not ended.out


def test_a_run_is_scored_stored_and_made_again_from_the_cache(corpus: Corpus, command: Command) -> None:
    """The second run asks no model, and finds the same; the first one's files cannot be written."""
    with AnsweringServer() as server:
        flags = (*corpus.flags, "--base-url", server.url, "--model", MODEL)
        first = command("run", *flags, "--json")
        asked = len(server.requests)
        second = command("run", *flags, "--json")
        assert (first.code, second.code) == (0, 0), first.err
        assert len(server.requests) == asked > 0
    before, after = values(first.out), values(second.out)
    assert before["cost"]["calls"]["live"] == asked == after["cost"]["calls"]["replayed"]
    assert before["levels"] == after["levels"]
    assert f"model:{MODEL}" in before["signature"]
    assert before["levels"]["norm"]["f1"] > 0.2
    folder = corpus.runs / before["run"]
    assert {path.name for path in folder.iterdir()} > {
        "records.jsonl",
        "run.json",
        "counts.json",
        "eval.json",
    }
    assert not any(path.stat().st_mode & 0o222 for path in folder.iterdir())
    assert sorted(path.name for path in corpus.runs.iterdir()) == sorted({before["run"], after["run"]})
    assert command("compare", before["run"], after["run"], *corpus.flags).out.startswith("SAME:")
    assert "Answers: 0 replayed" in command("show", before["run"], *corpus.flags).out


def test_a_run_without_a_model_is_stored_as_failed(corpus: Corpus, command: Command) -> None:
    """Offline and nothing recorded: what the pipeline ends with, and the failed questions are counted."""
    ended = command(
        "run", *corpus.flags, "--base-url", "http://127.0.0.1:9/v1", "--model", MODEL, "--offline", "--json"
    )
    assert ended.code == 1
    assert values(ended.out)["questions_failed"]


def test_a_failed_document_is_all_missed(corpus: Corpus, command: Command, stored: Store) -> None:
    """Its records count for nothing, and the document is listed with the reason."""
    stored(failures=[{"document": OTHER, "error": "DocumentError", "message": "the file is torn."}])
    found = values(command("show", *corpus.flags, "--json").out)
    assert found["failed"] == {OTHER: "the file is torn."}
    assert found["per_document"][OTHER]["recall"] == 0.0
    assert "the file is torn." in command("show", *corpus.flags).out


def test_an_altered_run_is_not_scored(corpus: Corpus, command: Command, stored: Store) -> None:
    """A stored run is what it was, or nothing."""
    path = stored().path / "records.jsonl"
    path.chmod(0o644)
    path.write_text("", encoding="utf-8")
    ended = command("show", *corpus.flags)
    assert ended.code == 3
    assert "records.jsonl" in ended.err


def test_a_torn_run_is_not_scored(corpus: Corpus, command: Command, stored: Store) -> None:
    """What cannot be read is told in one message."""
    path = stored().path / "eval.json"
    path.chmod(0o644)
    path.write_text("{", encoding="utf-8")
    ended = command("show", *corpus.flags)
    assert ended.code == 3
    assert "eval.json cannot be read" in ended.err


def test_a_torn_baseline_is_no_verdict(corpus: Corpus, command: Command, stored: Store) -> None:
    """A baseline without its parts: 3."""
    stored()
    path = corpus.root / "baseline.json"
    path.write_text('{"run": "x"}', encoding="utf-8")
    ended = command("gate", *corpus.flags, "--baseline", str(path))
    assert ended.code == 3
    assert "it has no comparators, documents" in ended.err


@pytest.mark.parametrize("name", ["latest", "2099", "nowhere/at/all"])
def test_a_run_that_is_not_there_is_said_to_be(corpus: Corpus, command: Command, name: str) -> None:
    """No such run: exit code 3 and what to do."""
    ended = command("show", name, *corpus.flags)
    assert ended.code == 3
    assert ended.err.startswith("error: ")


def test_errors_come_in_classes_the_largest_first(corpus: Corpus, command: Command, stored: Store) -> None:
    """Each error has its sentence, gold, prediction, and the comparator's words."""
    records = changed(PLAIN, 0, date="2021", level="provincial")
    del records[THIRD][0]
    stored(records)
    found = values(command("errors", *corpus.flags, "--json").out)
    charges = [one["charge"] for one in found]
    assert charges == sorted(charges, reverse=True)
    named = {one["class"]: one["mistakes"][0] for one in found}
    assert "less precise" in named["accreditation.date: wrong value"]["words"]
    assert "胸痛中心验收" in named["accreditation.date: wrong value"]["sentence"]
    assert named["appointment: missed record"]["gold"]["person"] == "罗以宁"
    shown = command("errors", *corpus.flags, "--only", "date").out
    assert "accreditation.date: wrong value: 1" in shown and "missed" not in shown


def test_the_nearest_record_is_shown_with_one_left_over(
    corpus: Corpus, command: Command, stored: Store
) -> None:
    """Of a missed record the reader sees what came closest, and why it was not taken."""
    stored(changed(THIRD, 0, person="罗以安", position="院长", organization="柳塘市第五医院"))
    shown = command("errors", *corpus.flags, "--only", "missed").out
    assert "罗以安" in shown and "no key field agrees" in shown


def test_compare_lists_what_was_fixed_and_broken(corpus: Corpus, command: Command, stored: Store) -> None:
    """One value fixed, one record lost, one invented: all three are told, and the verdict is open."""
    first = stored(changed(PLAIN, 0, date="2021"))
    records = without(OTHER, 0)
    records[THIRD].append(({**records[THIRD][0][0], "person": "杜明哲", "position": "院长"}, "黨委書記"))
    second = stored(records)
    found = values(command("compare", first.id, second.id, *corpus.flags, "--json").out)
    kinds = [(one["kind"], one["type"], one["field"]) for one in found["changes"]]
    assert kinds.count(("fixed", "accreditation", "date")) == 1
    assert sum(kind == "broken" for kind, _, _ in kinds) == 5
    assert ("newly predicted", "appointment", "") in kinds
    assert found["verdict"] == "INCONCLUSIVE"
    assert "could not fall below" in found["why"]
    shown = command("compare", first.id, second.id, *corpus.flags).out
    assert shown.startswith("INCONCLUSIVE:")
    assert "1 fixed, 5 broken" in shown
    back = values(command("compare", second.id, first.id, *corpus.flags, "--json").out)
    assert "no longer predicted" in {one["kind"] for one in back["changes"]}


def test_the_gate_passes_what_is_as_good(corpus: Corpus, command: Command, stored: Store) -> None:
    """The blessed run itself passes: 0."""
    run = stored()
    baseline = ("--baseline", str(corpus.root / "baseline.json"))
    assert command("bless", run.id, *corpus.flags, *baseline).code == 0
    ended = command("gate", run.id, *corpus.flags, *baseline, "--json")
    assert (ended.code, values(ended.out)["outcome"]) == (0, "PASS")


GATES = [
    ({}, 1, "WORSE"),
    (changed(PLAIN, 0, date="2021", level="provincial"), 2, "INCONCLUSIVE"),
]


@pytest.mark.parametrize(("records", "code", "outcome"), GATES)
def test_the_gate_tells_worse_from_open(
    corpus: Corpus, command: Command, stored: Store, records: Any, code: int, outcome: str
) -> None:
    """Nothing found any more is worse, 1; a slip in one of three documents is open, 2."""
    baseline = ("--baseline", str(corpus.root / "baseline.json"))
    command("bless", stored().id, *corpus.flags, *baseline)
    ended = command("gate", stored(records).id, *corpus.flags, *baseline)
    assert ended.code == code
    assert ended.out.startswith(outcome)


def test_the_gate_could_not_run(corpus: Corpus, command: Command, stored: Store) -> None:
    """No baseline, other gold, a wrong flag: 3, which is no verdict."""
    run = stored()
    baseline = ("--baseline", str(corpus.root / "baseline.json"))
    assert command("gate", run.id, *corpus.flags, *baseline).code == 3
    command("bless", run.id, *corpus.flags, *baseline)
    assert command("gate", "--no-such-flag").code == 3
    corpus.write_gold(THIRD, [])
    ended = command("gate", run.id, *corpus.flags, *baseline)
    assert ended.code == 3
    assert "other gold" in ended.err


def test_the_gate_refuses_a_baseline_of_other_comparators(
    corpus: Corpus, command: Command, stored: Store
) -> None:
    """Counts made by other rules are not held against these."""
    run, path = stored(), corpus.root / "baseline.json"
    command("bless", run.id, *corpus.flags, "--baseline", str(path))
    path.write_text(json.dumps({**values(path.read_text("utf-8")), "comparators": "0"}), encoding="utf-8")
    ended = command("gate", run.id, *corpus.flags, "--baseline", str(path))
    assert ended.code == 3
    assert "by comparators 0" in ended.err


def test_two_annotations_are_scored_like_a_run(corpus: Corpus, command: Command, tmp_path: Path) -> None:
    """One value differs: agreement is below 1, and the field shows where."""
    other = Corpus(tmp_path / "other")
    other.write()
    record, part = RECORDS[THIRD][0]
    other.write_gold(THIRD, [gold_record({**record, "position": "院长"}, ALL[THIRD], part)])
    found = values(command("agree", str(corpus.gold), str(other.gold), *corpus.flags, "--json").out)
    assert found["types"]["appointment"]["fields"]["position"]["f1"] < 1
    assert found["types"]["appointment"]["fields"]["person"]["f1"] == 1
    same = values(command("agree", str(corpus.gold), str(corpus.gold), *corpus.flags, "--json").out)
    assert same["levels"]["exact"]["f1"] == 1


def test_real_gold_is_fit_to_judge_by(command: Command) -> None:
    """Valid, its spans in the articles, unknown to the prompts; what has one key twice is noted."""
    ended = command("lint", "--json")
    assert ended.code == 0, ended.out
    assert not any(one["fault"] for one in values(ended.out))


def spoil_span(corpus: Corpus) -> None:
    """Evidence beyond the end of the article."""
    record, part = RECORDS[THIRD][0]
    corpus.write_gold(THIRD, [{**gold_record(record, ALL[THIRD], part), "evidence": [[5000, 5001]]}])


def spoil_value(corpus: Corpus) -> None:
    """A record without a field that gold must state."""
    record, part = RECORDS[THIRD][0]
    flat = gold_record(record, ALL[THIRD], part)
    del flat["unit"]
    corpus.write_gold(THIRD, [flat])


def spoil_article(corpus: Corpus) -> None:
    """An article that was edited after it was annotated."""
    (corpus.articles / THIRD).write_text("别的文章。", encoding="utf-8")


def spoil_manifest(corpus: Corpus) -> None:
    """A manifest that knows another file."""
    (corpus.gold / "SHA256SUMS").write_text(f"{'0' * 64}  c-traditional.json\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (spoil_span, "nothing stands at 5000-5001"),
        (spoil_value, "without unit"),
        (spoil_article, "hash differs"),
        (spoil_manifest, "is not what SHA256SUMS says"),
    ],
)
def test_lint_finds_what_is_wrong_with_gold(
    corpus: Corpus, command: Command, spoil: Callable[[Corpus], None], message: str
) -> None:
    """Each fault is named, with its document, and the exit code is 1."""
    spoil(corpus)
    ended = command("lint", *corpus.flags)
    assert ended.code == 1
    assert message in ended.out


def test_lint_lists_keys_that_stand_twice(corpus: Corpus, command: Command) -> None:
    """Two records with one key may be meant, so they are a note and no fault."""
    record = gold_record(*_plain(RECORDS[THIRD][0]))
    corpus.write_gold(THIRD, [record, {**record, "former": True}])
    ended = command("lint", *corpus.flags)
    assert ended.code == 0
    assert "2 records of appointment have one key: 罗以宁" in ended.out


def _plain(record: tuple[dict[str, Any], str]) -> tuple[dict[str, Any], str, str]:
    return record[0], ALL[THIRD], record[1]


@pytest.mark.parametrize(
    "arguments",
    [
        ["score", "nowhere"],
        ["show", "--gold", "nowhere"],
        [],
        ["run", "--split", "none"],
        ["run", "--types", "x"],
    ],
)
def test_wrong_usage_ends_with_three(command: Command, arguments: list[str], corpus: Corpus) -> None:
    """2 would be a verdict of the gate."""
    ended = command(*arguments, *(("--runs", str(corpus.runs)) if arguments else ()))
    assert ended.code == 3
    assert ended.err


def test_the_manifest_covers_the_gold_files() -> None:
    """Every shipped gold file is in the manifest, and loading holds them to it."""
    listed = {line.split()[1] for line in (FOLDER / "SHA256SUMS").read_text("utf-8").splitlines()}
    assert listed == {path.name for path in FOLDER.glob("*.json")}
    assert len(load().documents) == len(listed)


def test_without_scipy_the_harness_says_what_to_install(tmp_path: Path) -> None:
    """A run needs neither numpy nor scipy; the harness names its extra and ends with 3."""
    (tmp_path / "scipy.py").write_text(
        "raise ModuleNotFoundError(\"No module named 'scipy'\", name='scipy')\n", encoding="utf-8"
    )
    path = os.pathsep.join((str(tmp_path), str(REPOSITORY), os.environ.get("PYTHONPATH", "")))
    ended = subprocess.run(
        [sys.executable, "-m", "eval", "lint"],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 3
    assert "hospital-news-records[eval]" in ended.stderr

"""The commands: a table made from recorded answers, and a recording made of a real engine."""

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from processes import children
from tiny_gguf import write_tiny_gguf

from eval.baselines.__main__ import main
from eval.baselines.exchanges import Exchange, Exchanges, key_of
from eval.baselines.found import Found
from eval.baselines.libraries import LIBRARIES, record
from eval.baselines.with_langextract import installed
from eval.errors import EvalError
from tests.eval.baselines.made_up_answers import recorded
from tests.eval.eval_corpus import Corpus
from tests.run.command import Ended
from tests.run.made_up_articles import PLAIN

Command = Callable[..., Ended]
needs_no_langextract = pytest.mark.skipif(
    installed(), reason="made-up answers are not what LangExtract would ask for"
)


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str], corpus: Corpus) -> Command:
    """Runs ``python -m eval.baselines`` over the small gold set in this process."""

    def run(*arguments: str) -> Ended:
        capsys.readouterr()
        try:
            code = main([*arguments, "--gold", str(corpus.gold), "--articles", str(corpus.articles)])
        except SystemExit as end:
            code = int(end.code or 0)
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return Ended(code, out, err)

    return run


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    """Recorded answers about the articles of the gold set."""
    return recorded(tmp_path / "answers")


def ran(corpus: Corpus, **calls: int) -> Path:
    """A run of the pipeline that found what gold has; ``calls`` say where its answers came from."""
    out = corpus.predict("out")
    summary: dict[str, Any] = {
        "calls": {"replayed": 0, "live": 0, "failed": 0} | calls,
        "tokens": {"prompt": 1200, "cached": 0, "completion": 34},
        "seconds": 5.6,
    }
    (out / "run.json").write_text(json.dumps(summary), encoding="utf-8")
    return out


def rows(ended: Ended) -> dict[str, Any]:
    """The rows that a command printed, by name."""
    assert ended.code == 0, ended.err
    return {row["name"]: row for row in json.loads(ended.out)}


@needs_no_langextract
def test_the_libraries_stand_beside_the_pipeline(command: Command, corpus: Corpus, answers: Path) -> None:
    """Right records, one of five found; what each row cost; the same scorer for all."""
    ours = str(ran(corpus, live=7, failed=1))
    found = rows(command("table", "--answers", str(answers), "--ours", ours, "--json"))
    assert list(found) == ["langextract", "instructor", "this pipeline"]
    assert found["this pipeline"]["levels"]["norm"]["f1"] == 1.0
    for name in ("langextract", "instructor"):
        assert found[name]["levels"]["norm"]["precision"] == 1.0
        assert found[name]["records"]["same"] == 1 and found[name]["records"]["gold"] == 5
        assert found[name]["grounded"] == 1.0
    assert found["instructor"]["made"].startswith("replayed through instructor")
    assert found["langextract"]["made"] == "by langextract 0 when it was recorded"
    costs = {name: [row["tokens_in"], row["tokens_out"]] for name, row in found.items()}
    assert costs == {"langextract": [0, 0], "instructor": [300, 30], "this pipeline": [1200, 34]}
    assert found["this pipeline"]["seconds"] == 5.6 and found["this pipeline"]["questions"] == 8
    assert [row["failed"] for row in found.values()] == [1, 0, 1]
    assert len({row["signature"] for row in found.values()}) == 1


@needs_no_langextract
def test_the_table_is_the_same_in_every_form(command: Command, corpus: Corpus, answers: Path) -> None:
    """Cells of the markdown are cells of the terminal's table."""
    where = ("--answers", str(answers), "--ours", str(ran(corpus, live=7)))
    lines = command("table", *where, "--markdown").out.splitlines()
    shown = command("table", *where).out
    assert len(lines) == 5 and all(line.count("|") == 15 for line in lines)
    for line in lines[2:]:
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        assert " ".join(cells) in " ".join(shown.split())
    assert "1 of 4" in lines[2] and "Signature: f1:micro-fields" in shown


@needs_no_langextract
def test_the_pipelines_row_is_made_offline_where_no_run_is_named(command: Command, answers: Path) -> None:
    """No answer is recorded for these articles: every question fails, and none is asked."""
    found = rows(command("table", "--answers", str(answers), "--json"))["this pipeline"]
    assert found["failed"] == found["questions"] > 0 and found["scored"] == 0
    assert found["levels"]["norm"]["recall"] == 0.0


@needs_no_langextract
def test_an_endpoint_that_is_configured_is_not_compared(
    command: Command, answers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The table is about the embedded model."""
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("PIPELINE_MODEL", "some-model")
    ended = command("table", "--answers", str(answers))
    assert ended.code == 3 and "OPENAI_BASE_URL" in ended.err


def test_answers_to_another_prompt_are_not_taken(command: Command, answers: Path) -> None:
    """What the library asks now was never recorded: the command says so, and how to record it."""
    LIBRARIES["instructor"].exchanges(answers).write_text("", encoding="utf-8")
    LIBRARIES["langextract"].exchanges(answers).write_text("", encoding="utf-8")
    ended = command("table", "--answers", str(answers))
    assert ended.code == 3 and "was not recorded" in ended.err and "eval.baselines record" in ended.err


@needs_no_langextract
def test_a_folder_without_a_run_is_refused(command: Command, answers: Path, tmp_path: Path) -> None:
    """The pipeline's row needs what the pipeline said of its run."""
    ended = command("table", "--answers", str(answers), "--ours", str(tmp_path))
    assert ended.code == 3 and "holds no run" in ended.err


def test_a_library_that_is_not_there_cannot_be_asked(command: Command, answers: Path) -> None:
    """The message says where it is to be had; what was recorded stays."""
    if installed():
        pytest.skip("langextract is installed")
    kept = LIBRARIES["langextract"].found(answers).read_bytes()
    ended = command("record", "langextract", "--answers", str(answers))
    assert ended.code == 3 and "locks/baselines.txt" in ended.err
    assert LIBRARIES["langextract"].found(answers).read_bytes() == kept


def test_without_the_model_nothing_is_recorded(command: Command, tmp_path: Path) -> None:
    """The exit code is that of a run without a model."""
    ended = command("record", "instructor", "--answers", str(tmp_path / "none"))
    assert ended.code == 3 and "model install" in ended.err


def test_a_real_engine_is_recorded_and_resumed(tmp_path: Path) -> None:
    """A model of random weights refuses the long prompt; that is kept, shown, and not asked for twice."""
    model = str(write_tiny_gguf(tmp_path / "tiny.gguf"))
    library, told = LIBRARIES["instructor"], list[str]()
    texts, folder = {"a.txt": PLAIN}, tmp_path / "answers"
    for _ in range(2):
        found = record(library, texts, lambda one: told.append(one.finish), folder, model)
        assert (found.pieces, found.failed) == (1, 1)
    (kept,) = Exchanges(library.exchanges(folder))
    assert kept.status == 400 and "context" in kept.answer and told == ["error"]
    assert key_of(json.loads(library.request(folder).read_text("utf-8"))) == kept.key
    assert Found.read(library.found(folder)) == found


def test_an_engine_that_dies_ends_the_recording_and_the_next_one_goes_on(tmp_path: Path) -> None:
    """What was answered is kept, nothing is said of the rest, and no finding is written as if all were well."""
    model, folder = str(write_tiny_gguf(tmp_path / "tiny.gguf")), tmp_path / "answers"
    library = LIBRARIES["instructor"]
    texts = {"a.txt": "".join(f"第{number}版\n{PLAIN}" for number in range(20))}

    def killed(exchange: Exchange) -> None:
        for child in children():
            os.kill(child, signal.SIGKILL)

    with pytest.raises(EvalError, match="stopped answering"):
        record(library, texts, killed, folder, model)
    before = list(Exchanges(library.exchanges(folder)))
    assert not library.found(folder).exists()
    found = record(library, texts, lambda one: None, folder, model)
    after = list(Exchanges(library.exchanges(folder)))
    assert 1 <= len(before) < len(after) == found.pieces and after[: len(before)] == before


def test_a_file_of_findings_that_is_not_one_is_named(tmp_path: Path) -> None:
    """Nothing is shown in part."""
    path = tmp_path / "langextract.json"
    path.write_text('{"documents": {}}', encoding="utf-8")
    with pytest.raises(EvalError, match=r"langextract\.json cannot be read"):
        Found.read(path)

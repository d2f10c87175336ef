"""The review's command: what it needs, and what it says where something is missing."""

import getpass
import sys
from pathlib import Path

import pytest

from pipeline.cli import main
from pipeline.review.app import _Guarded
from pipeline.review.command import _reviewer
from pipeline.review.server import listening
from tests.review.desk import review
from tests.review.made_up_run import write_run


def refusal(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What the command says when it refuses."""
    capsys.readouterr()
    assert main(["review", *arguments]) == 2
    return capsys.readouterr().err


@pytest.mark.parametrize("missing", ["starlette", "uvicorn"])
def test_without_the_extra_its_name_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], missing: str
) -> None:
    """The app says what to install; gold is written without it."""
    run = write_run(tmp_path / "run")
    with review(run) as decide:
        decide("rest")
    for name in [name for name in sys.modules if name.partition(".")[0] == missing]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, missing, None)
    for name in ("app", "server"):
        monkeypatch.delitem(sys.modules, f"pipeline.review.{name}", raising=False)
    told = refusal(capsys, str(run))
    assert f"needs {missing}" in told and "hospital-news-records[review]" in told
    assert main(["review", str(run), "--out", str(tmp_path / "gold")]) == 0


@pytest.mark.parametrize("spoil", ["records.jsonl", "run.json"])
def test_what_is_no_runs_folder_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], spoil: str
) -> None:
    """A folder without a run's files, and one with a line that no run writes."""
    assert "no run's folder" in refusal(capsys, str(tmp_path / "nowhere"))
    run = write_run(tmp_path / "run")
    (run / spoil).write_text('{"id": 1}\n', "utf-8")
    assert spoil in refusal(capsys, str(run))


def test_a_run_without_documents_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """There is nothing to look at, and the reasons are in its failures."""
    assert "failures.jsonl" in refusal(capsys, str(write_run(tmp_path / "run", ())))


def test_the_other_side_must_be_of_the_same_texts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Offsets into another text of the same name would point anywhere."""
    run, other = write_run(tmp_path / "run"), write_run(tmp_path / "other")
    with review(other) as decide:
        decide("rest")
    assert main(["review", str(other), "--out", str(tmp_path / "gold")]) == 0
    lines = (run / "documents.jsonl").read_text("utf-8")
    (run / "documents.jsonl").write_text(
        lines.replace("评审", "复审").replace('"sha256": "', '"sha256": "0'), "utf-8"
    )
    assert "another text of that name" in refusal(capsys, str(run), "--against", str(other))
    assert "is of another file" in refusal(capsys, str(run), "--gold", str(tmp_path / "gold"))
    assert "has no gold" in refusal(capsys, str(run), "--gold", str(tmp_path))
    (tmp_path / "gold" / "b.json").write_text("{}", "utf-8")
    assert "b.json: this is no gold file" in refusal(capsys, str(run), "--gold", str(tmp_path / "gold"))


def test_a_port_that_is_taken_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """So is one that no machine has."""
    run = write_run(tmp_path / "run")
    with listening(0) as taken:
        assert "cannot be used" in refusal(capsys, str(run), "--port", str(taken.getsockname()[1]))
    assert "there is no such port" in refusal(capsys, str(run), "--port", "70000")


@pytest.mark.parametrize("error", [ImportError, KeyError, OSError])
def test_without_a_login_name_it_is_the_reviewer_who_decides(
    monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    """As in some containers; a name that is given goes before."""

    def nobody() -> str:
        raise error("no such user")

    monkeypatch.setattr(getpass, "getuser", nobody)
    assert _reviewer(None) == "reviewer" and _reviewer("周一") == "周一"


def test_somebody_must_decide(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An empty name is nobody's."""
    assert "--reviewer NAME" in refusal(capsys, str(write_run(tmp_path / "run")), "--reviewer", " ")


def test_tasks_do_not_go_where_their_configuration_goes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One would overwrite the other; nothing is written."""
    run, file = write_run(tmp_path / "run"), tmp_path / "tasks.XML"
    assert "tasks.json" in refusal(capsys, str(run), "--label-studio", str(file))
    assert not file.exists() and not file.with_suffix(".xml").exists()


async def test_an_error_inside_is_told_without_its_words(capsys: pytest.CaptureFixture[str]) -> None:
    """What an unforeseen error says may be words of an article: its kind and place are printed, the page gets 500."""

    async def failing(scope: object, receive: object, send: object) -> None:
        raise ValueError("林小舟")

    sent = []

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/token/", "headers": [], "query_string": b""}
    await _Guarded(failing, "token")(scope, receive, send)  # type: ignore[arg-type]
    assert sent[0]["status"] == 500
    told = capsys.readouterr().err
    assert "ValueError" in told and "林小舟" not in told + str(sent)

"""Submit, collect, run: what batches answer is what a live run gets, at half the price."""

import io
import json
import os
import re
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from pipeline.batch.journal import held
from pipeline.batch.steps import folder
from tests.batch.batch_server import BatchServer
from tests.private.planted import national_id
from tests.run.answering_server import Fault
from tests.run.command import KEY, CommandLine, lines
from tests.run.test_run_killed import QUESTIONS, same

PRICES = "[price]\nprompt = 2.0\ncompletion = 10.0\n"


def ledger(out: Path) -> list[dict[str, Any]]:
    """The ledger up to who answered, the cache or the endpoint."""
    return [
        {**line, "state": line["state"].replace("replayed", "answered")}
        for line in lines(out / "ledger.jsonl")
    ]


def test_what_batches_answer_is_what_a_live_run_gets(
    server: BatchServer, articles: Path, whole: Path, cli: CommandLine
) -> None:
    """After submit and collect a run replays everything, asks nothing, and gives a live run's files, byte for byte."""
    assert cli("batch", "submit", str(articles)).code == 0
    assert cli("batch", "collect", str(articles)).code == 0
    assert cli("run", str(articles), "--out", "out").code == 0
    assert server.requests == []
    assert same(Path("out")) == same(whole)
    assert ledger(Path("out")) == ledger(whole)
    calls = json.loads(Path("out/run.json").read_text("utf-8"))["calls"]
    assert calls == {"replayed": QUESTIONS, "live": 0, "failed": 0}


def test_what_is_known_or_on_its_way_is_not_submitted(
    server: BatchServer, articles: Path, cli: CommandLine
) -> None:
    """Of three articles one was run live and one is in a batch already: only the third one's questions are submitted."""
    server.holds = True
    assert cli("run", str(articles / "a-plain.txt"), "--out", "out").code == 0
    assert cli("batch", "submit", str(articles / "b-wrapped.md")).code == 0
    told = cli("batch", "submit", str(articles))
    assert told.code == 0 and "4 have an answer" in told.err and "4 on their way, 4 in no batch" in told.err
    first, second = server.ids.values()
    assert len(first) == len(second) == 4 and not set(first) & set(second)
    again = cli("batch", "submit", str(articles))
    assert again.code == 0 and "Nothing is submitted." in again.err
    waiting = cli("batch", "collect", str(articles))
    assert waiting.code == 1 and "8 on their way, 0 in no batch" in waiting.err
    server.holds = False
    assert cli("batch", "collect", str(articles)).code == 0


@pytest.mark.parametrize(("setting", "most"), [("REQUESTS", 5), ("BYTES", 20_000)])
def test_a_batch_is_no_larger_than_the_endpoint_takes(
    setting: str,
    most: int,
    server: BatchServer,
    articles: Path,
    cli: CommandLine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Questions are split at the limit, each into one batch; collected together they answer everything."""
    monkeypatch.setenv(f"PIPELINE_BATCH_{setting}", str(most))
    server.most = (most, 200_000_000) if setting == "REQUESTS" else (50_000, most)
    assert cli("batch", "submit", str(articles)).code == 0
    assert len(server.batches) >= 3
    assert cli("batch", "collect", str(articles)).code == 0
    assert sorted(server.paid.values()) == [1] * QUESTIONS


def test_the_cost_is_told_before_and_after_at_half_the_price(
    server: BatchServer, articles: Path, cli: CommandLine
) -> None:
    """Before, the most that requests may use; after, what they did; later, what is to be expected from that."""
    Path("pipeline.toml").write_text(PRICES, encoding="utf-8")
    told = cli("batch", "submit", str(articles / "a-plain.txt"), str(articles / "b-wrapped.md")).err
    size = sum(map(len, server.uploads))
    most = size * 1.0 / 1e6 + 8 * 8192 * 5.0 / 1e6
    at_most = f"at most {size:,} tokens in, {8 * 8192:,} out, ${most:.4f}"
    assert at_most in told and "earlier" not in told
    used = f"800 tokens in, 80 out, $0.0012 ({at_most})"
    assert f"completed: 8 of 8 answered; {used}." in cli("batch", "collect", str(articles)).err
    assert f"\t8 of 8 answered, 0 failed\t{used}\n" in cli("batch", "status").out
    told = cli("batch", "submit", str(articles)).err
    assert "by what earlier batches took 400 tokens in, 40 out, $0.0006" in told


def test_submitting_stays_within_the_budget(server: BatchServer, articles: Path, cli: CommandLine) -> None:
    """What might pass the budget is left out and named, with code 1; the next submit takes the rest."""
    Path("pipeline.toml").write_text(PRICES, encoding="utf-8")
    told = cli("batch", "submit", str(articles), "--budget", "0.25")
    assert told.code == 1 and "The budget of 0.25 USD is used up" in told.err and "Left out:" in told.err
    (most,) = re.findall(r"out, \$(\S+)", told.err)
    (requests,) = map(len, server.ids.values())
    assert 0.2 < float(most) <= 0.25 and 0 < requests < QUESTIONS
    assert cli("batch", "submit", str(articles), "--budget", "1M tokens").code == 0
    assert sum(map(len, server.ids.values())) == QUESTIONS


@pytest.mark.parametrize(
    ("typed", "flags", "code", "submitted"),
    [("y\n", (), 0, 1), ("n\n", (), 1, 0), ("", (), 1, 0), ("n\n", ("--yes",), 0, 1), ("^C", (), 130, 0)],
    ids=["yes", "no", "no answer", "no question", "Ctrl-C"],
)
def test_on_a_terminal_nothing_is_paid_without_a_yes(
    typed: str,
    flags: tuple[str, ...],
    code: int,
    submitted: int,
    server: BatchServer,
    articles: Path,
    cli: CommandLine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The cost is told and the user is asked, unless --yes is given; nothing is at the endpoint before the answer."""

    class Typed(io.StringIO):
        def isatty(self) -> bool:
            return True

        def readline(self, *size: Any) -> str:  # type: ignore[override]
            assert not server.calls
            if typed == "^C":
                signal.raise_signal(signal.SIGINT)
            return super().readline(*size)

    monkeypatch.setattr(sys, "stdin", Typed(typed))
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    told = cli("batch", "submit", str(articles / "a-plain.txt"), *flags)
    assert (told.code, len(server.batches)) == (code, submitted)
    assert "at most" in told.err and ("Submit?" in told.err + told.out) == (not flags)


def test_a_re_ask_goes_into_the_next_batch_as_it_would_be_asked_live(
    server: BatchServer, articles: Path, cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer that does not validate is asked again about in the words of a live run, and both runs end equal."""

    def first_invalid(number: int, request: Mapping[str, Any]) -> Fault | None:
        return Fault(content="好的。") if len(request["messages"]) <= asked else None

    server.fault = lambda number, request: Fault(status=400)
    cli("run", str(articles), "--out", "out")
    (asked,) = {len(request["messages"]) for request in server.requests}
    server.forget()
    server.fault = first_invalid
    with monkeypatch.context() as patch:
        patch.setenv("PIPELINE_HOME", "elsewhere")
        assert cli("run", str(articles), "--out", "live").code == 0
    live = server.questions()
    server.forget()
    assert cli("batch", "submit", str(articles)).code == 0
    told = cli("batch", "collect", str(articles))
    assert told.code == 1 and f"0 on their way, {QUESTIONS} in no batch" in told.err
    assert cli("batch", "submit", str(articles)).code == 0
    assert cli("batch", "collect", str(articles)).code == 0
    sent = [json.dumps(body, ensure_ascii=False, sort_keys=True) for body in server.bodies]
    assert sorted(sent) == sorted(live) and len(sent) == 2 * QUESTIONS
    assert cli("run", str(articles), "--out", "out").code == 0
    assert server.requests == []
    assert same(Path("out")) == same(Path("live"))


def test_an_answer_that_stays_invalid_fails_its_question_and_may_be_asked_anew(
    server: BatchServer, articles: Path, cli: CommandLine
) -> None:
    """After three replies that are no answer the reason is told; another submit begins from the beginning."""
    article = str(articles / "a-plain.txt")
    server.fault = lambda number, request: Fault(content=f"好的，{number}。")
    for _ in range(3):
        assert cli("batch", "submit", article).code == 0
        told = cli("batch", "collect", article)
        assert told.code == 1
    assert "4 got none that can be used" in told.err and "No valid answer in 3 attempts" in told.err
    assert len(server.bodies) == 12
    server.fault = None
    assert cli("batch", "submit", article).code == 0
    assert cli("batch", "collect", article).code == 0
    assert len(server.bodies) == 16


def test_replies_wait_for_the_articles_they_belong_to(
    server: BatchServer, articles: Path, cli: CommandLine
) -> None:
    """Collected with other articles than were submitted, replies are kept, and used when theirs come by."""
    assert cli("batch", "submit", str(articles)).code == 0
    told = cli("batch", "collect", str(articles / "a-plain.txt"))
    assert told.code == 0 and "12 of 12 answered" in told.err and "4 got theirs from a batch" in told.err
    told = cli("batch", "submit", str(articles))
    assert told.code == 0 and "8 got theirs from a batch" in told.err and len(server.batches) == 1


def test_two_commands_do_not_work_with_batches_at_once(
    server: BatchServer, articles: Path, cli: CommandLine
) -> None:
    """While one submits or collects, another is told its process and ends with 2; asking after batches is possible."""
    with held(folder()):
        for action in ("submit", "collect"):
            second = cli("batch", action, str(articles))
            assert second.code == 2 and f"process {os.getpid()}" in second.err
        assert not server.calls
        assert cli("batch", "status").code == 0
    assert cli("batch", "submit", str(articles)).code == 0


def test_a_batch_in_whose_submission_a_command_ended_is_told(
    server: BatchServer, articles: Path, cli: CommandLine
) -> None:
    """It is neither on its way nor lost: status says who settles it."""
    server.api_fault = lambda method, path: (Fault(sent=0, then="reset"), False) if method == "POST" else None
    assert cli("batch", "submit", str(articles)).code == 3
    assert "\tnot submitted yet\t" in cli("batch", "status").out


def test_nothing_of_key_and_questions_is_left_behind(
    server: BatchServer, articles: Path, workplace: Path, cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The key is in no file; questions are in no file with a name, and not at the endpoint once answers are here; a private
    number of an article is in neither.
    """
    monkeypatch.setenv("TMPDIR", str(workplace))
    number = national_id(3, 14, 159)
    with open(articles / "a-plain.txt", "a", encoding="utf-8") as article:
        article.write(f"院长石一鸣的身份证号是{number}。\n")

    def looked(method: str, path: str) -> None:
        question = server.bodies[0]["messages"][-1]["content"][:40] if server.bodies else "医院"
        for file in (
            path for path in workplace.parent.rglob("*") if path.is_file() and articles not in path.parents
        ):
            content = file.read_bytes()
            assert not [word for word in (KEY, number, question) if word.encode() in content]

    server.api_fault = looked
    assert cli("batch", "submit", str(articles)).code == 0
    assert cli("batch", "collect", str(articles)).code == 0
    assert set(server.keys) == {f"Bearer {KEY}"}
    assert not server.files and "身份证号是*".encode() in server.uploads[0]
    assert number.encode() not in server.uploads[0]
    assert folder().stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder().iterdir()} == {0o600}


def test_files_at_the_endpoint_are_kept_when_asked_for(
    server: BatchServer, articles: Path, cli: CommandLine
) -> None:
    """With --keep the input file and the results stay where they are."""
    assert cli("batch", "submit", str(articles)).code == 0
    assert cli("batch", "collect", str(articles), "--keep").code == 0
    assert sorted(file.purpose for file in server.files.values()) == ["batch", "batch_output"]


def test_an_article_that_cannot_be_read_costs_the_others_nothing(
    server: BatchServer, articles: Path, cli: CommandLine
) -> None:
    """It is named, the code is 1, and the other articles' questions are submitted and collected."""
    (articles / "d.txt").write_bytes(b"\x00\x01\x02\xff" * 50)
    for action in ("submit", "collect"):
        told = cli("batch", action, str(articles))
        assert told.code == 1 and "d.txt" in told.err
    assert "12 got theirs from a batch" in told.err


def test_without_an_endpoint_there_are_no_batches(workplace: Path, cli: CommandLine) -> None:
    """The embedded model takes none: code 2, with what to do."""
    for command in (["submit", "."], ["status"], ["collect", "."]):
        told = cli("batch", *command)
        assert told.code == 2 and "--model" in told.err


@pytest.mark.parametrize("status", [404, 501])
def test_an_endpoint_without_batches_is_told_with_what_to_do(
    status: int, server: BatchServer, articles: Path, cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where files cannot be uploaded the code is 3 after one attempt and the advice is a live run."""
    monkeypatch.delenv("PIPELINE_ATTEMPTS")
    server.api_fault = lambda method, path: (Fault(status), False)
    told = cli("batch", "submit", str(articles))
    assert told.code == 3 and "python -m pipeline run" in told.err and server.calls == ["POST /files"]

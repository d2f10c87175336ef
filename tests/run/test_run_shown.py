"""What a person sees of a run: a bar on a terminal, lines elsewhere, nothing where nobody reads."""

import os
import pty
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from pipeline.output.write import FILES
from tests.run.answering_server import AnsweringServer
from tests.run.command import CommandLine, environment, lines, visible
from tests.run.made_up_articles import ALL, write


def test_elsewhere_than_on_a_terminal_there_are_plain_lines(
    server: AnsweringServer, articles: Path, cli: CommandLine
) -> None:
    """Each document is told when it begins and when it ends, then the counts, without colours."""
    told = cli("run", str(articles), "--out", "out").err
    for name in ALL:
        assert f"{name}: 4 questions" in told
        assert re.search(rf"{name}: \d+ records", told)
    assert "3 complete, 0 partial, 0 failed" in told
    assert "0 replayed, 12 live, 0 failed" in told
    assert "\x1b" not in told


def on_a_terminal(columns: int, *arguments: str) -> tuple[int, str]:
    """Run on a terminal of so many columns: exit code and everything it was sent."""
    ours, theirs = pty.openpty()
    received = bytearray()

    def receive() -> None:
        while True:
            try:
                block = os.read(ours, 1 << 16)
            except OSError:  # the other end is closed
                return
            if not block:
                return
            received.extend(block)

    reader = threading.Thread(target=receive)
    process = subprocess.Popen(
        [sys.executable, "-m", "pipeline", *arguments],
        env=environment(COLUMNS=str(columns), TERM="xterm-256color"),
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    reader.start()
    code = process.wait(timeout=120)
    reader.join()
    os.close(ours)
    return code, received.decode()


def plain(text: str) -> str:
    """What a terminal shows in the end, control sequences aside."""
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text).replace("\r", "\n")


@pytest.mark.parametrize("columns", [40, 120])
def test_a_terminal_shows_a_bar_and_a_table(columns: int, server: AnsweringServer, workplace: Path) -> None:
    """On a terminal, also on a narrow one, a run ends with its table and totals, and no line is too long."""
    articles = write(workplace / "articles", {"[b]a[red].txt": ALL["a-plain.txt"]})
    code, sent = on_a_terminal(columns, "run", str(articles), "--out", "out")
    told = plain(sent)
    assert code == 0 and "Traceback" not in told
    assert "\x1b" in sent and "live" in told
    assert "accreditation" in told and "合计" in told
    wide = [line for line in told.splitlines() if len(line) > columns]
    assert not wide


@pytest.mark.parametrize("closed", ["stdout", "stderr"])
def test_a_reader_who_goes_away_does_not_end_a_run(
    closed: str, server: AnsweringServer, articles: Path
) -> None:
    """With standard output or standard error closed at the other end the results are written all the same."""
    reading, writing = os.pipe()
    os.close(reading)
    process = subprocess.Popen(
        [sys.executable, "-m", "pipeline", "run", str(articles), "--out", "out"],
        env=environment(),
        stdout=writing if closed == "stdout" else subprocess.DEVNULL,
        stderr=writing if closed == "stderr" else subprocess.DEVNULL,
    )
    os.close(writing)
    assert process.wait(timeout=120) == 0
    assert set(visible(Path("out"))) == set(FILES)


def test_a_closed_pipe_behind_a_command_ends_it_quietly(workplace: Path) -> None:
    """``schema | head`` is no crash: nothing is said on standard error."""
    reading, writing = os.pipe()
    os.close(reading)
    process = subprocess.run(
        [sys.executable, "-m", "pipeline", "schema"],
        env=environment(),
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(writing)
    assert (process.returncode, process.stderr) == (1, "")


def test_standard_output_on_a_full_disk_is_one_message(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``schema > file`` on a full disk says so, and ends with code 1."""
    with open("/dev/full", "w") as full:
        monkeypatch.setattr(sys, "stdout", full)
        ended = cli("schema")
    assert ended.code == 1 and ended.err.startswith("error: No space left on device.")


def test_a_log_on_a_full_disk_does_not_end_a_run(
    server: AnsweringServer, articles: Path, cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With standard error on a full disk the results are written all the same."""
    with open("/dev/full", "w") as full:
        monkeypatch.setattr(sys, "stderr", full)
        assert cli("run", str(articles), "--out", "out").code == 0
    assert set(visible(Path("out"))) == set(FILES)


def test_a_run_needs_no_streams_at_all(server: AnsweringServer, articles: Path) -> None:
    """Started with standard input, output and error closed, a run writes its results, and nothing into them by mistake."""
    command = [sys.executable, "-m", "pipeline", "run", str(articles), "--out", "out"]
    shell = ["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh", *command]
    assert subprocess.run(shell, env=environment(), timeout=120, check=False).returncode == 0
    assert set(visible(Path("out"))) == set(FILES)
    assert len(lines(Path("out/articles.jsonl"))) == len(ALL)


def test_a_terminal_that_is_closed_without_a_word_does_not_end_a_run(
    server: AnsweringServer, articles: Path
) -> None:
    """Where no signal comes with it, as for a job that was disowned, the run goes on and writes its results."""
    ours, theirs = pty.openpty()
    server.hold_from(3)
    process = subprocess.Popen(
        [sys.executable, "-m", "pipeline", "run", str(articles), "--out", "out", "--concurrency", "1"],
        env=environment(TERM="xterm-256color"),
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    server.wait_for(3)
    os.close(ours)
    server.let_go()
    assert process.wait(timeout=120) == 0
    assert set(visible(Path("out"))) == set(FILES)

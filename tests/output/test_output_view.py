"""The summary at the end of a run, on a terminal and elsewhere."""

import io
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console

from pipeline.output.view import show
from schemas import Failure
from tests.output.made_up_results import FAILURE, summary

OUT = Path("results/here")


def printed(failures: list[Failure], *, width: int = 80, terminal: bool = False) -> str:
    """What ``show`` prints for the made-up run."""
    sink = io.StringIO()
    console = Console(
        file=sink, width=width, force_terminal=terminal, legacy_windows=False, color_system="standard"
    )
    show(summary(cost=0.25), failures, OUT, console)
    return sink.getvalue()


def test_it_tells_what_the_run_gave_and_took() -> None:
    """Counts by type, documents, answers, tokens, cost, time, rejected and the folder are all there."""
    text = printed([])
    for part in (
        *("认定 accreditation: 1", "指标 metric: 1", "0 complete, 1 partial, 1 failed", "rejected: 1"),
        *("30 replayed, 2 live, 1 failed", "900 in (600 cached), 80 out", "$0.25", "41.5 s"),
        *(str(OUT), "report.html", "run.json"),
    ):
        assert part in text


@pytest.mark.parametrize("width", [40, 200])
def test_elsewhere_than_on_a_terminal_it_is_plain_lines(width: int) -> None:
    """Without a terminal there is no colour code and no frame, and no line is folded."""
    text = printed([FAILURE], width=width)
    assert "\x1b" not in text
    assert not any("─" <= char <= "╿" for char in text)
    assert text == printed([FAILURE], width=1000)


def test_a_terminal_of_forty_columns_holds_it() -> None:
    """On a narrow terminal no line is wider than the terminal, and the table is whole."""
    long = Failure(document="a" * 60, error="E", message="又长又长的消息" * 9, next_step="Do it.")
    text = printed([long], width=40, terminal=True)
    plain = "".join(
        part.partition("m")[2] if at else part for at, part in enumerate(text.split("\x1b["))
    ).splitlines()
    assert max(map(cell_len, plain)) <= 40
    assert any("accreditation" in line and "认定" in line for line in plain)


def test_a_failure_comes_with_its_next_step() -> None:
    """A document is named once, a question by its number and type, each with the reason and the next step."""
    question = Failure(
        document="b.txt", chunk=3, type="event", error="E", message="Cut off.", next_step="Try again."
    )
    text = printed([FAILURE, question])
    assert "Failed: broken.txt: the file is empty.\n  Leave it out.\n" in text
    assert "Failed: b.txt, question 3 (event): Cut off.\n  Try again.\n" in text


def test_after_ten_failures_there_is_a_count() -> None:
    """Of 25 different failures ten are told and fifteen counted, with the file that holds them."""
    failures = [Failure(document=f"{number}.txt", error="E", message=f"No {number}.") for number in range(25)]
    text = printed(failures)
    assert text.count("Failed: ") == 10
    assert "15 more failures, all in failures.jsonl" in text


def test_names_cannot_steer_the_terminal_or_the_markup() -> None:
    """Brackets are printed as they stand, and an escape sequence in a file name is shown, not sent."""
    text = printed([Failure(document="[red]a\x1b[2J.txt", error="E", message="[/] no")])
    assert "[red]a\\x1b[2J.txt: [/] no" in text


def test_what_fails_for_one_reason_is_told_once() -> None:
    """500 questions without a model are one line with the count and one next step."""
    failures = [
        Failure(
            document=f"{number % 3}.txt", chunk=number, error="E", message="No model.", next_step="Install."
        )
        for number in range(500)
    ]
    text = printed(failures)
    assert text.count("Failed: ") == 1
    assert "Failed: 500 questions of 3 documents: No model.\n  Install.\n" in text

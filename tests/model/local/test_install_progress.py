"""What a person sees of a long installation."""

import io

from rich.console import Console

from pipeline.model.progress import rich_progress, silent


def test_without_a_terminal_there_is_a_line_for_every_tenth() -> None:
    """A log file gets eleven lines for a thousand steps, the last with the whole."""
    stream = io.StringIO()
    with rich_progress(Console(file=stream, force_terminal=False, width=40)) as report:
        for step in range(1001):
            report(step * 10**6, 1000 * 10**6, "part [1] of 2")
    lines = stream.getvalue().splitlines()
    assert len(lines) == 11
    assert lines[-1] == "part [1] of 2: 1,000 of 1,000 MB"


def test_on_a_terminal_a_bar_shows_what_is_done() -> None:
    """A terminal gets a bar with the words and the bytes."""
    stream = io.StringIO()
    with rich_progress(Console(file=stream, force_terminal=True, width=100)) as report:
        report(500_000, 1_000_000, "part 1 of 2")
    assert "part 1 of 2" in stream.getvalue()
    assert "0.5/1.0 MB" in stream.getvalue()


def test_silence_is_a_report_too() -> None:
    """The default report takes what every report takes and says nothing."""
    silent(1, 2, "anything")

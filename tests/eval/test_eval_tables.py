"""What a person reads."""

from io import StringIO

import pytest
from rich.console import Console

from eval.facts import of_gold
from eval.figures import figures
from eval.gold import load
from eval.score import score
from eval.tables import number, share, show_figures, shown
from schemas import RECORD_TYPES


def test_the_tables_fit_a_terminal_of_eighty_columns() -> None:
    """No figure and no name of a field is cut, with all types and fields shown."""
    gold = load()
    documents = [score(of_gold(one), of_gold(one)).counts for one in gold.documents]
    found = figures(documents, "made-up")
    out = Console(file=StringIO(), width=80, force_terminal=True, color_system=None)
    show_figures(out, found, fields=True)
    lines = str(out.file.getvalue()).splitlines()  # type: ignore[attr-defined]
    named = {f"{kind}.{name}" for kind, one in found["types"].items() for name in one["fields"]}
    rows = [line.split() for line in lines if line.split()[4:] and line.split()[0].rstrip("*") in named]
    assert {row[0].rstrip("*") for row in rows} == named
    assert all(row[1:4] == ["1.000"] * 3 and row[-1] == "1.000" for row in rows)
    assert {line.split()[0] for line in lines if line.split()[5:]} >= set(RECORD_TYPES)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (None, "–"),
        (("甲", "乙"), "甲、乙"),
        ({"a": None, "b": ("甲",)}, "a –; b 甲"),
        (False, "False"),
        (1.5, "1.5"),
    ],
)
def test_values_are_told_in_a_line(value: object, told: str) -> None:
    """Lists, records and null have a form of their own."""
    assert shown(value) == told


def test_long_values_are_cut() -> None:
    """A value is not allowed to fill the screen."""
    assert len(shown("长" * 500)) < 200


def test_what_is_no_figure_is_not_shown_as_one() -> None:
    """n/a, and a true 0 is 0."""
    assert (number(None), number(0.0), share(None), share(0.5)) == ("n/a", "0.000", "n/a", "50.0%")

"""The bundled articles, scored as they were blessed, and as the README says."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from eval.cli import main

README = Path(__file__).resolve().parents[2] / "README.md"


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a run over the bundled articles, every answer replayed."""
    folder = tmp_path_factory.mktemp("runs")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PIPELINE_HOME", str(folder / "home"))
        assert main(["run", "--offline", "--runs", str(folder / "stored")]) == 0
    return folder / "stored"


def test_a_replayed_run_passes_the_gate(runs: Path) -> None:
    """Whoever makes the records worse is told by the tests, and blesses a run that is better."""
    assert main(["gate", "--runs", str(runs)]) == 0


def test_the_readme_names_the_figures_of_the_run(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Precision, recall and F1 of each row, to two places."""
    assert main(["show", "--json", "--runs", str(runs)]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    norm = found["levels"]["norm"]
    rows = {
        "fields": norm,
        "records, all key fields equal": found["records"],
        "the article's own line": found["article"],
        "evidence sentences of matched records": found["evidence"]["sentences"],
    }
    text = README.read_text("utf-8")
    for name, row in rows.items():
        (line,) = re.findall(rf"^\| {re.escape(name)} \|(.*)\|$", text, re.M)
        shown = [float(cell.split()[0]) for cell in line.split("|")]
        assert shown == [round(row[key], 2) for key in ("precision", "recall", "f1")], name

"""The README shows what a run of the bundled articles really gives."""

import json
import re
from pathlib import Path

import pytest

from pipeline.cli import main

README = Path(__file__).resolve().parents[2] / "README.md"


@pytest.fixture
def replayed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[Path, str]:
    """The folder of a replayed run of the bundled articles, and what it said at its end."""
    assert main(["run", "--offline", "--out", str(tmp_path / "out")]) == 0
    return tmp_path / "out", capsys.readouterr().err


def test_the_record_in_the_readme_is_one_of_the_run(replayed: tuple[Path, str]) -> None:
    """The excerpt is a record of the bundled articles, field for field."""
    folder, _ = replayed
    shown = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", README.read_text("utf-8"), re.S)]
    lines = (folder / "records.jsonl").read_text(encoding="utf-8").splitlines()
    records = {record["id"]: record for record in map(json.loads, lines)}
    assert shown and all(records.get(one["id"]) == one for one in shown)


def test_the_counts_in_the_readme_are_those_of_the_run(replayed: tuple[Path, str]) -> None:
    """Documents, records and answers are what the run says at its end."""
    _, said = replayed
    (shown,) = re.findall(r"```text\n(.*?)```", README.read_text("utf-8"), re.S)
    assert shown.strip() and all(line in said for line in shown.strip().splitlines())

"""``schema`` on the command line: to a folder, to standard output, and where neither can be written."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.cli import main
from schemas import json_schemas


def test_schemas_are_written_to_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One file for each schema, each named on standard output."""
    assert main(["schema", "--out", str(tmp_path / "new")]) == 0
    written = {Path(line) for line in capsys.readouterr().out.splitlines()}
    assert {path.stem for path in written} == set(json_schemas())
    assert written == set((tmp_path / "new").iterdir())


@pytest.mark.parametrize("below", ["", "/below"], ids=["a file", "a folder below a file"])
def test_a_file_in_the_place_of_the_folder_is_one_message(
    below: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The message names the place and the next step; the file stays as it is."""
    place = tmp_path / "taken"
    place.write_text("mine")
    assert main(["schema", "--out", f"{place}{below}"]) == 1
    out, err = capsys.readouterr()
    assert not out
    assert "error: " in err and "taken" in err and "--out" in err
    assert place.read_text() == "mine"


def test_a_folder_that_cannot_be_written_is_one_message(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder in the place of one of the files is refused by the system for every user."""
    (tmp_path / "article.json").mkdir()
    assert main(["schema", "--out", str(tmp_path)]) == 1
    assert "cannot be written" in capsys.readouterr().err


def test_standard_output_is_utf_8_whatever_the_terminal_says() -> None:
    """The schemas come out whole where the interpreter was told of an encoding without Chinese."""
    done = subprocess.run(
        [sys.executable, "-m", "pipeline", "schema"],
        env={**os.environ, "PYTHONIOENCODING": "cp1252"},
        capture_output=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.decode()) == json_schemas()


def test_a_message_with_unwritable_bytes_is_still_a_message() -> None:
    """A path that is no text is told of, not stumbled over, where standard error knows no such character."""
    done = subprocess.run(
        [sys.executable, "-m", "pipeline", "run", b"\xff\xe5\x8c\xbb.txt", "--offline"],
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        timeout=120,
    )
    assert done.returncode == 2
    assert "\ufffd医.txt" in done.stderr.decode() and "Traceback" not in done.stderr.decode()

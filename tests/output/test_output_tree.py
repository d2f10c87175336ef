"""The folder of pages: put in place with a run's other files, and never more of it than is ours."""

from pathlib import Path

import pytest

from pipeline.errors import OutputError
from pipeline.output import report
from pipeline.output.tree import Tree
from pipeline.output.write import Writer
from tests.output.made_up_results import result, summary


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two documents are as many as one page shows."""
    monkeypatch.setattr(report, "MOST", 2)


def written(out: Path, documents: int) -> set[str]:
    """The names in the folder of pages after a run over so many documents."""
    with Writer(out) as writer:
        for at in range(documents):
            writer.add(result(f"{at}.txt"))
        writer.finish(summary())
    return {path.name for path in (out / "report").iterdir()} if (out / "report").exists() else set()


def test_pages_of_an_earlier_run_go(tmp_path: Path) -> None:
    """A smaller run leaves no page of a larger one; where no page is needed there is no folder."""
    assert written(tmp_path, 4) == {f"{number:04}.html" for number in range(1, 5)}
    assert written(tmp_path, 3) == {f"{number:04}.html" for number in range(1, 4)}
    assert written(tmp_path, 1) == set()
    assert not [path.name for path in tmp_path.iterdir() if path.name.startswith(".report")]


def test_what_somebody_else_put_beside_the_pages_stays(tmp_path: Path) -> None:
    """Only numbered pages are removed."""
    notes = tmp_path / "report" / "notes.html"
    notes.parent.mkdir()
    notes.write_text("mine")
    assert written(tmp_path, 3) > {"notes.html"}
    assert written(tmp_path, 1) == {"notes.html"}
    assert notes.read_text() == "mine"


def test_until_they_are_put_in_place_earlier_pages_stay(tmp_path: Path) -> None:
    """A run that is abandoned leaves the pages as they were, and what a killed one left is gone with the next."""
    earlier = Tree(tmp_path, "report")
    earlier.begin()
    earlier.write("0001.html", ["first"])
    earlier.commit()
    abandoned = Tree(tmp_path, "report")
    abandoned.begin()
    abandoned.write("0001.html", ["second"])
    killed = Tree(tmp_path, "report")
    killed.begin()
    assert not list((tmp_path).glob(".report*"))
    killed.discard()
    assert (tmp_path / "report" / "0001.html").read_text() == "first"


def test_a_file_in_the_place_of_the_folder_is_named_before_the_run(tmp_path: Path) -> None:
    """A run whose pages could not be put in place does not begin."""
    (tmp_path / "report").write_text("a file")
    with pytest.raises(OutputError, match="cannot be written"):
        Writer(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["report"]

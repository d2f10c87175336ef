"""By its fingerprint a run knows the work of an interrupted one: it changes with the program, and with nothing else."""

from pathlib import Path

import pytest

from pipeline import fingerprint as told
from pipeline.config import load

PACKAGES = ("pipeline", "prompts", "schemas")
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program of one file a package."""
    for package in PACKAGES:
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").write_text("", encoding="utf-8")
    monkeypatch.setattr(told, "_ROOT", tmp_path)
    return tmp_path


def now(model: str = "one") -> str:
    """The fingerprint of a run."""
    return told.fingerprint(load({}), {"model": model})


@pytest.mark.parametrize(
    "stray", [".DS_Store", ".words.tsv.swp", "._words.tsv", "words.tsv~", "__pycache__/words.pyc"]
)
def test_what_an_editor_leaves_changes_nothing(program: Path, stray: str) -> None:
    """A stray file beside the program's own does not make an interrupted run begin anew."""
    before = now()
    place = program / "pipeline" / stray
    place.parent.mkdir(exist_ok=True)
    place.write_bytes(b"\0")
    assert now() == before


def test_every_file_of_the_program_counts(program: Path) -> None:
    """A changed or further file of each kind that the packages ship gives another fingerprint, as does another model."""
    kinds = {path.suffix for package in PACKAGES for path in (ROOT / package).rglob("[a-z]*.*")}
    seen = {now(), now("another")}
    for kind in sorted(kinds - {".gguf", ".pyc", ".typed"}):
        for text in ("", "changed"):
            (program / "prompts" / f"words{kind}").write_text(text, encoding="utf-8")
            seen.add(now())
    assert len(kinds) > 8 and len(seen) == 2 + 2 * len(kinds - {".gguf", ".pyc", ".typed"})

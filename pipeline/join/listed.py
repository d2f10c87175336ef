"""The user's own list of bodies: a CSV file with the columns id, name, aliases and region.

Aliases stand between ``|`` or ``;``. The list goes before everything that documents say: what it names has the id that it
gives, and two of its bodies are never one.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipeline.errors import UsageError

COLUMNS: Final = ("id", "name", "aliases", "region")
_REQUIRED: Final = ("id", "name")
_BETWEEN: Final = re.compile("[|;｜；]")
_NEXT: Final = f"The first line names the columns: {','.join(COLUMNS)} (aliases and region may be left out)."


@dataclass(frozen=True, slots=True)
class Listed:
    """A body of the list; ``region`` is a place's name (``云溪市``) or empty."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    region: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """All its names, the first one first."""
        return (self.name, *self.aliases)


def read_list(path: Path) -> tuple[Listed, ...]:
    """The bodies of a list.

    Raises:
        UsageError: it cannot be read, or a line of it is wrong; the line is named.
    """
    try:
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or error}.", next_step="Check --entities.") from error
    except UnicodeDecodeError as error:
        raise UsageError(
            f"{path}: not in UTF-8 (byte {error.start}).", next_step="Save it as CSV in UTF-8."
        ) from error
    return tuple(_checked(path, text))


def _checked(path: Path, text: str) -> Iterator[Listed]:
    reader = csv.DictReader(text.splitlines(keepends=True), strict=True, restkey="", restval="")
    seen: dict[str, int] = {}
    try:
        _check_columns(path, reader.fieldnames or ())
        for row in reader:
            line = reader.line_num
            if "" in row:
                raise _wrong(path, line, "more fields than columns; quote a field that holds a comma")
            one = _listed(row)
            for column in _REQUIRED:
                if not getattr(one, column):
                    raise _wrong(path, line, f"no {column}")
            if one.id in seen:
                raise _wrong(path, line, f"the id {one.id} stands in line {seen[one.id]} already")
            seen[one.id] = line
            yield one
    except csv.Error as error:
        raise _wrong(path, reader.reader.line_num, str(error)) from error


def _check_columns(path: Path, found: object) -> None:
    columns = [str(each).strip() for each in found] if isinstance(found, list | tuple) else []
    missing = [each for each in _REQUIRED if each not in columns]
    unknown = [each for each in columns if each not in COLUMNS]
    twice = {each for each in columns if columns.count(each) > 1}
    for what, names in (("no column", missing), ("unknown column", unknown), ("twice the column", twice)):
        if names:
            raise _wrong(path, 1, f"{what} {', '.join(sorted(names))}")


def _listed(row: dict[str, str]) -> Listed:
    values = {name.strip(): value.strip() for name, value in row.items()}
    aliases = (each.strip() for each in _BETWEEN.split(values.get("aliases", "")))
    return Listed(
        id=values["id"],
        name=values["name"],
        aliases=tuple(dict.fromkeys(each for each in aliases if each and each != values["name"])),
        region=values.get("region", ""),
    )


def _wrong(path: Path, line: int, what: str) -> UsageError:
    return UsageError(f"{path}, line {line}: {what}.", next_step=_NEXT)

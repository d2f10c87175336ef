"""Templates as data: a versioned TOML file and a file of examples per record type, and the system message.

A released version is frozen: ``released.json`` holds its hashes, and a test holds the files to them. To change a question,
add the next version of both files and name it in :data:`CURRENT`.
"""

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Any, Self

from prompts.asked import LABELS

CURRENT: dict[str, int] = {
    "appointment": 3,
    "accreditation": 3,
    "honour": 3,
    "metric": 3,
    "partnership": 3,
    "event": 3,
    "project": 3,
    "system": 3,
    "technique": 3,
    "service": 3,
    "case": 3,
    "notice": 3,
    "article": 1,
}
"""The version of each template that is asked."""

SYSTEM_VERSION = 1
"""The version of the system message."""

_PARTS = re.compile("[，。；：、！？“”和与及（）]")
SHAPES_VERSION = 1
"""The version of the parts that templates' shapes have in common."""


@dataclass(frozen=True, slots=True)
class Example:
    """A worked example: numbered sentences, and the asked facts they state (Chinese keys, ``句`` included)."""

    sentences: tuple[str, ...]
    facts: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Template:
    """One question as data: what is asked, in which words, where, with which examples.

    Asked of a sentence in which ``cue`` is found, ``needs`` as well where there is one, and something that looks like
    the required field.
    """

    type: str
    version: int
    task: str
    """What is to be copied; ``{fields}`` stands where its fields are named."""
    fields: tuple[str, ...]
    """What is said of the fields: a clause for each, or for several (``甲、乙=…``)."""
    copied: tuple[str, ...]
    """The fields that a small model is asked for: it copies names well, and code reads the rest of a fact off the sentence
    better than it does. Empty: all."""
    cue: re.Pattern[str]
    needs: re.Pattern[str]
    examples: tuple[Example, ...]
    shape: Mapping[str, str]
    """What a copy for a field looks like: a regular expression that it matches in full. Empty: any text."""
    required: tuple[str, ...]
    """The fields that every fact has; the others are left out where the sentence does not say. Empty: all are given."""
    surely: re.Pattern[str] | None
    """What is found only where at least one fact is stated: there "none" is no answer."""

    def whole(self) -> Self:
        """The same for a model that copies every field well, and knows best whether there is a fact."""
        return replace(self, copied=(), surely=None)

    def words(self, *, compact: bool) -> str:
        """The task in words, with all fields or, ``compact``, with those that are copied."""
        told = [each for each in self.fields if not compact or self._copies_one_of(each)]
        return self.task.replace("{fields}", "；".join(told) + "。")

    def is_bare(self, *, cite: bool) -> bool:
        """Whether a fact is one copy and nothing else, so that it needs no key."""
        return len(self.copied) == 1 and not cite

    def _copies_one_of(self, clause: str) -> bool:
        return not {*clause.partition("=")[0].split("、")}.isdisjoint(self.copied)

    def asks(self, text: str) -> bool:
        """Whether this question is worth asking of ``text``."""
        return bool(self.cue.search(text) and self.needs.search(text) and self.copies(text))

    def copies(self, text: str) -> bool:
        """Whether there is something in ``text`` for each required field."""
        return all(re.search(self.shape.get(field, ""), text) for field in self.required)

    def most(self, text: str) -> int:
        """A generous bound on the facts of this type that ``text`` can state: its cues and list marks, and the parts
        of it that have something for each required field.
        """
        cues = len(self.cue.findall(text)) + text.count("、")
        return max(1, min(cues, 1 + sum(self.copies(part) for part in _PARTS.split(text))))

    @property
    def label(self) -> str:
        """The Chinese name of the type, the answer's key."""
        return LABELS[self.type]

    @property
    def name(self) -> str:
        """``TYPE.vN``, as it stands in records of a run."""
        return f"{self.type}.v{self.version}"


@cache
def template(kind: str) -> Template:
    """The current template of a record type (or ``article``).

    Raises:
        KeyError: ``kind`` has no template.
    """
    data = _data(kind)
    return Template(
        type=kind,
        version=CURRENT[kind],
        task=data["task"],
        fields=tuple(data.get("fields", ())),
        copied=tuple(data.get("copied", ())),
        cue=re.compile(data["cue"]),
        needs=re.compile(data.get("needs", "")),
        examples=tuple(_example(line) for line in _file(*_examples(kind).split("/")).splitlines()),
        shape={field: _written_out(pattern) for field, pattern in data.get("shape", {}).items()},
        required=tuple(data.get("required", ())),
        surely=re.compile(_written_out(data["surely"])) if "surely" in data else None,
    )


@cache
def system_message() -> str:
    """The system message, the same for every question."""
    return _file("templates", f"system.v{SYSTEM_VERSION}.txt").strip()


def paths() -> tuple[str, ...]:
    """Paths below ``prompts/`` of every file that decides what is asked now."""
    files = [f"templates/system.v{SYSTEM_VERSION}.txt", f"templates/shapes.v{SHAPES_VERSION}.toml"]
    for kind, version in CURRENT.items():
        files += [f"templates/{kind}.v{version}.toml", _examples(kind)]
    return tuple(files)


def released() -> dict[str, str]:
    """SHA-256 of every released file, by its path below ``prompts/``."""
    return dict(json.loads(_file("released.json")))


def digest(path: str) -> str:
    """SHA-256 of a file below ``prompts/`` as it stands."""
    return hashlib.sha256(_file(path).encode()).hexdigest()


def _data(kind: str) -> dict[str, Any]:
    return tomllib.loads(_file("templates", f"{kind}.v{CURRENT[kind]}.toml"))


def _examples(kind: str) -> str:
    """Path of a template's examples: of its own version, unless it names an earlier one's."""
    return f"examples/{kind}.v{_data(kind).get('examples', CURRENT[kind])}.jsonl"


@cache
def _shapes() -> dict[str, str]:
    return tomllib.loads(_file("templates", f"shapes.v{SHAPES_VERSION}.toml"))


def _written_out(pattern: str) -> str:
    """A shape with the common part that each ``{NAME}`` stands for."""
    name = re.compile(r"\{([A-Z]+)\}")
    while name.search(pattern):
        pattern = name.sub(lambda found: f"({_shapes()[found[1]]})", pattern)
    return pattern


def _example(line: str) -> Example:
    item = json.loads(line)
    return Example(sentences=tuple(item["sentences"]), facts=tuple(item["facts"]))


def _file(*parts: str) -> str:
    return resources.files("prompts").joinpath(*parts).read_text(encoding="utf-8")

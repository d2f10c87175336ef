"""What the adapter is trained on: made-up sentences of the genre, each with the facts that it states.

Files of JSON lines: ``{"s": the sentence, "f": {label of a record type: [fact, …]}}``, a fact as the model shall copy it; types
without a fact are left out. The articles that they make up are about hospitals that do not exist.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pipeline.document.normalise import normalise
from prompts.asked import ASKED, LABELS
from prompts.catalog import Template, template
from prompts.render import answer_text, fence, trained

FOLDER: Final = Path(__file__).with_name("sentences")
SENTENCES_KEY: Final = "adapter.sentences.sha256"
"""Where an adapter says which sentences it was trained on."""
TYPES: Final = tuple(kind for kind in LABELS if trained(template(kind)))


@dataclass(frozen=True, slots=True)
class Stated:
    """A sentence with its facts, by record type; ``place`` names file and line."""

    place: str
    text: str
    facts: Mapping[str, Sequence[Mapping[str, Any]]]

    def questions(self) -> Iterator[tuple[str, str]]:
        """The questions that a run would ask about it, and those about what it states all the same: type and answer."""
        for kind in TYPES:
            facts = self.facts.get(kind, ())
            if facts or template(kind).asks(self.text):
                yield kind, _answer(template(kind), facts)


def load(folder: Path = FOLDER) -> list[Stated]:
    """All sentences, file by file.

    Raises:
        ValueError: a line is no sentence with its facts; the message names file and line.
    """
    kinds = {LABELS[kind]: kind for kind in TYPES}
    found = []
    for path in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            place = f"{path.name}:{number}"
            try:
                item = json.loads(line)
                facts = {kinds[label]: facts for label, facts in item["f"].items()}
                found.append(Stated(place, fence(normalise(item["s"])), facts))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise ValueError(f"{place}: {error!r}") from error
    return found


def digest(folder: Path = FOLDER) -> str:
    """SHA-256 of all files of sentences, in the order of their names."""
    return hashlib.sha256(b"".join(path.read_bytes() for path in sorted(folder.glob("*.jsonl")))).hexdigest()


def _answer(asked: Template, facts: Sequence[Mapping[str, Any]]) -> str:
    """The answer as the decoding grammar has it: the fields in the order of the shape, those that are filled."""
    order = [str(field.alias) for field in list(ASKED[asked.type].model_fields.values())[1:]]
    return answer_text(
        {asked.label: [{key: _fenced(fact[key]) for key in order if fact.get(key)} for fact in facts]}
    )


def _fenced(value: Any) -> Any:
    return [_fenced(each) for each in value] if isinstance(value, list) else fence(normalise(value))

"""What each profile sends and would be answered, beside LangExtract: ``python -m tests.bench.asked``.

Nothing is asked. The messages about the five articles are made as a run makes them, and the answers are those of a model that tells
every fact of the gold and no other: so tokens are counted for the same number of right records, whatever model will
be asked. Tokens are those of the embedded model. LangExtract's request is the recorded one, with its
recorded windows, and with windows as long as its documentation has them and as long as the frontier profile's.
"""

import importlib
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile
from statistics import mean
from typing import Any, Final

from eval import gold
from eval.baselines.exchanges import FOLDER
from eval.baselines.libraries import LIBRARIES, articles
from eval.baselines.task import QUOTE, WINDOW, examples
from pipeline.document import Source, prepare, read
from pipeline.extract import plan, question
from pipeline.model.engine_process import MOST_READ
from pipeline.model.files import find_model
from pipeline.profiles import PROFILES, Profile
from prompts.asked import ASKED, LABELS
from prompts.catalog import template
from prompts.render import answer_text, in_short
from prompts.strict import strict_schema
from schemas import RECORD_TYPES
from schemas.gold import GoldDocument

DOCUMENTED: Final = 1000
"""LangExtract's own ``max_char_buffer``, where nothing else is said."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One way to ask: the messages of each question as one text, schemas sent beside them, and what is answered."""

    name: str
    questions: Sequence[str]
    schemas: Sequence[str]
    answers: Sequence[str]

    @property
    def shared(self) -> list[str]:
        """What each question begins with as the one before it does."""
        return [
            "".join(one for one, _ in takewhile(lambda pair: pair[0] == pair[1], zip(*pair, strict=False)))
            for pair in pairwise(self.questions)
        ]


def by_profile(name: str, documents: Sequence[GoldDocument]) -> Asked:
    """What a profile asks about the articles, and the gold in the form that it asks for."""
    profile = PROFILES[name]
    asked = [
        question(each, profile)
        for source in read([str(gold.load().path(one)) for one in documents])
        if isinstance(source, Source)
        for each in plan(prepare(source), profile, tuple(RECORD_TYPES))
        # The article's own header is asked apart; LangExtract is not asked for it.
        if each.chunk
    ]
    return Asked(
        f"profile {name}",
        ["".join(message["content"] for message in each.messages) for each in asked],
        [] if profile.grammar else [_compact(strict_schema(each.answer)) for each in asked],
        [answer_text({LABELS[kind]: [_form(kind, each, profile)]}) for kind, each in _facts(documents)],
    )


def by_langextract(window: int, texts: Mapping[str, str], documents: Sequence[GoldDocument]) -> Asked:
    """What LangExtract asks with windows of so many characters, each full, and the gold as it has records."""
    library = LIBRARIES["langextract"]
    request = json.loads(library.request(FOLDER).read_text("utf-8"))
    piece = library.asked_about(request)
    said = "".join(message["content"] for message in request["messages"])
    schema = _compact(request["response_format"]["json_schema"]["schema"])
    windows = [
        text[start : start + window] for text in texts.values() for start in range(0, len(text), window)
    ]
    quoted = round(mean(len(record[QUOTE]) for one in examples() for record in one.records))
    return Asked(
        f"LangExtract, windows of {window:,} characters",
        [said.replace(piece, each) for each in windows],
        [schema] * len(windows),
        [
            _compact({kind: "文" * quoted, f"{kind}_attributes": {k: v for k, v in each.items() if v}})
            for kind, each in _facts(documents)
        ],
    )


def _facts(documents: Sequence[GoldDocument]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every gold record's type and values."""
    for document in documents:
        for each in document.records:
            yield each.record.type, each.record.model_dump(mode="json", exclude={"type", "evidence"})


def _form(kind: str, values: Mapping[str, Any], profile: Profile) -> object:
    """A fact with all keys that a strict schema requires, or as short as a grammar has it."""
    fact = {
        str(field.alias): [1] if name == "sentences" else values.get(name) or ""
        for name, field in ASKED[kind].model_fields.items()
    }
    if not profile.grammar:
        return fact
    if profile.copied_only:
        return in_short(fact, template(kind), cite=False)
    return {key: value for key, value in fact.items() if value and key != "句"}


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def main() -> None:
    """Count, and print a table."""
    found = gold.load()
    texts, documents = articles(found), found.documents
    ways = [by_profile(name, documents) for name in PROFILES]
    ways += [
        by_langextract(window, texts, documents)
        for window in (WINDOW, DOCUMENTED, PROFILES["frontier"].characters)
    ]
    print(
        "| five articles | questions | tokens in | begun as the question before | schemas | tokens out | a gold record |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- |")
    sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]
    tokenizer: Any = importlib.import_module("openvino_genai").Tokenizer(str(find_model().path))

    def tokens(texts: Sequence[str]) -> int:
        # One by one: the tokenizer cuts what is longer than MOST_READ without a word.
        counts = [int(tokenizer.encode(each, add_special_tokens=False).input_ids.shape[1]) for each in texts]
        assert max(counts, default=0) < MOST_READ
        return sum(counts)

    for way in ways:
        sent, answered = tokens(way.questions), tokens(way.answers)
        prefix = tokens(way.shared) / sent
        schemas = tokens(way.schemas)
        each = (sent + schemas + answered) / len(way.answers)
        print(
            f"| {way.name} | {len(way.questions)} | {sent:,} | {prefix:.0%} | {schemas:,} "
            f"| {answered:,} | {each:,.0f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()

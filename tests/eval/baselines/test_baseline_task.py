"""What the libraries are told: complete, true to the schemas, and made of no article."""

import json
from typing import Any

import pytest
from pydantic import TypeAdapter

from eval.baselines.task import FOLDER, QUOTE, Example, examples, instructions
from eval.baselines.with_instructor import answer_type
from pipeline.run import SEEDS
from schemas import RECORD_TYPES, fields_of
from tests.prompts.test_prompt_files import SHARED, bare, of_the_articles

EXAMPLES = examples()


def test_every_type_and_field_is_told() -> None:
    """Both libraries know the whole schema, in the schema's own words."""
    told = instructions()
    for kind in RECORD_TYPES:
        line = next(line for line in told.splitlines() if line.startswith(kind))
        assert all(f"{spec.name}" in line and spec.description in line for spec in fields_of(kind))


def test_every_field_is_shown_with_a_value() -> None:
    """LangExtract makes its schema of the examples: a field that none states could not be answered."""
    for kind in RECORD_TYPES:
        shown = [record for one in EXAMPLES for record in one.records if record["type"] == kind]
        stated = {name for record in shown for name, value in record.items() if value is not None}
        assert stated == {"type", QUOTE, *(spec.name for spec in fields_of(kind))}, kind


@pytest.mark.parametrize("example", EXAMPLES, ids=["first", "second"])
def test_an_example_is_a_valid_answer(example: Example) -> None:
    """The records are such as instructor would accept."""
    kept: list[Any] = TypeAdapter(answer_type()).validate_json(json.dumps(example.records))
    assert len(kept) == len(example.records) > 5


@pytest.mark.parametrize("example", EXAMPLES, ids=["first", "second"])
def test_quotations_are_verbatim_in_order_and_do_not_overlap(example: Example) -> None:
    """What LangExtract's documentation asks of examples."""
    end = 0
    for record in example.records:
        start = example.text.index(record[QUOTE])
        assert start >= end, record[QUOTE]
        end = start + len(record[QUOTE])


@pytest.mark.parametrize("name", ["rules.txt", "examples.json"])
def test_nothing_told_is_copied_from_an_article(name: str) -> None:
    """The libraries are tried on these articles; a prompt that knew them would tell nothing."""
    text = bare((FOLDER / name).read_text(encoding="utf-8"))
    runs = {text[at : at + SHARED] for at in range(len(text) - SHARED + 1)}
    assert runs and not runs & of_the_articles()


def test_no_name_of_an_example_stands_in_a_bundled_article() -> None:
    """Hospitals and people of the examples do not exist."""
    articles = "".join(bare(path.read_text(encoding="utf-8")) for path in SEEDS.glob("*.txt"))
    names = {
        value
        for one in EXAMPLES
        for record in one.records
        for name, value in record.items()
        if name in ("person", "organization", "owner", "patient", "declarant") and value
    }
    assert len(names) >= 5 and not [name for name in names if bare(name) in articles]

"""A decoding grammar for engines with llguidance: an answer of fixed layout whose strings are copies of the text.

Where the engine takes it, a name that does not stand in the cited text cannot be written at all, and no token is spent on
white space. Source: llguidance, "Lark syntax" and ``%regex`` with ``substring_chars``.
"""

import json
from collections.abc import Sequence

from prompts.asked import ASKED, MAX_CITED, MAX_LIST
from prompts.catalog import Template
from prompts.render import fence

MAX_FACTS = 8
"""Facts of one type in one answer: a bound on repetition."""
BETWEEN = "｜"
"""What stands between two sentences in the text that may be copied."""


def copy_grammar(sentences: Sequence[str], templates: Sequence[Template], *, facts: int = MAX_FACTS) -> str:
    """The grammar of an answer about ``sentences``: at most ``facts`` facts of each type, strings only from the text."""
    # One regex for all sentences: an alternative for each costs the engine minutes. A copy that runs over the mark between two
    # stands in no sentence, and is refused when it is grounded.
    text = json.dumps(BETWEEN.join(fence(sentence) for sentence in sentences), ensure_ascii=False)
    lists = " ".join(
        _and(f'"{_quoted(template.label)}:[" list_{template.type} "]"', index)
        for index, template in enumerate(templates)
    )
    rules = [
        "%llguidance {}",
        f'start: "{{" {lists} "}}"',
        f'COPY: %regex {{ "substring_chars": {text} }}',
        'value: "\\"" COPY "\\""',
        f'values: "[]" | "[" {_several("value", MAX_LIST)} "]"',
        f"number: {' | '.join(json.dumps(str(number)) for number in range(1, len(sentences) + 1))}",
        f'cited: "[" {_several("number", min(len(sentences), MAX_CITED))} "]"',
    ]
    for template in templates:
        rules.append(f"list_{template.type}: | {_several(f'fact_{template.type}', facts)}")
        rules.append(f"fact_{template.type}: {_fact(template.type)}")
    return "\n".join(rules)


def _fact(kind: str) -> str:
    parts = []
    for index, field in enumerate(ASKED[kind].model_fields.values()):
        rule = "cited" if index == 0 else "value" if field.annotation is str else "values"
        start = "{" if index == 0 else ","
        parts.append(f'"{start}{_quoted(str(field.alias))}:" {rule}')
    return " ".join(parts) + ' "}"'


def _several(rule: str, most: int) -> str:
    """One to ``most`` of ``rule`` with commas between; llguidance refuses a range that ends at 0."""
    return rule if most == 1 else f'{rule} ("," {rule}){{0,{most - 1}}}'


def _quoted(key: str) -> str:
    return f'\\"{key}\\"'


def _and(rule: str, index: int) -> str:
    return rule if index == 0 else f'"," {rule}'

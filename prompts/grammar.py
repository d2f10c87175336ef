"""A decoding grammar for engines with llguidance: an answer of fixed layout whose strings are copies of the text.

Where the engine takes it, a name that does not stand in the cited text cannot be written at all, and no token is spent on
white space. Source: llguidance, "Lark syntax" and ``%regex`` with ``substring_chars``.
"""

import json
import re
from collections.abc import Sequence

from prompts.asked import ASKED, MAX_CITED, MAX_LIST
from prompts.catalog import Template
from prompts.render import answer_text, fence

MAX_FACTS = 8
"""Facts of one type in one answer: a bound on repetition."""
LEAST = {"各方": 2}
"""Fewest entries of a list, where one would be no fact."""
BETWEEN = "｜"
"""What stands between two sentences in the text that may be copied."""


def copy_grammar(sentences: Sequence[str], templates: Sequence[Template], *, facts: int = MAX_FACTS) -> str:
    """The grammar of an answer about ``sentences``: at most ``facts`` facts of each type, strings only from the text.

    A template's shape decides what a copy for a field looks like. Of the fields that are copied only the required ones must
    be there. Of a single field that is copied the key is left out: :func:`in_full` puts it back.
    """
    # One regex for all sentences: an alternative for each costs the engine minutes. A copy that runs over the mark between two
    # stands in no sentence, and is refused when it is grounded.
    text = BETWEEN.join(fence(sentence) for sentence in sentences)
    lists = " ".join(
        _and(f'"{_quoted(template.label)}:[" list_{template.type} "]"', index)
        for index, template in enumerate(templates)
    )
    rules = [
        "%llguidance {}",
        f'start: "{{" {lists} "}}"',
        f'COPY: %regex {{ "substring_chars": {json.dumps(text, ensure_ascii=False)} }}',
        f"number: {' | '.join(json.dumps(str(number)) for number in range(1, len(sentences) + 1))}",
        f'cited: "[" {_several("number", min(len(sentences), MAX_CITED))} "]"',
    ]
    for template in templates:
        if not template.copies(text):
            rules.append(f"list_{template.type}:")
            continue
        none = "" if template.surely and template.surely.search(text) else "| "
        rules.append(f"list_{template.type}: {none}{_several(f'fact_{template.type}', facts)}")
        rules.extend(_fact(template, text, cite=len(sentences) > 1 or not template.required))
    return "\n".join(rules)


def in_full(written: str, templates: Sequence[Template]) -> str:
    """An answer as it was written under :func:`copy_grammar`, with the keys of copies that stand alone; anything else as it is."""
    try:
        told = json.loads(written)
        return answer_text(
            {each.label: [_keyed(fact, each) for fact in told[each.label]] for each in templates}
        )
    except (ValueError, LookupError, TypeError):
        return written


def _keyed(fact: object, template: Template) -> object:
    return {template.copied[0]: fact} if isinstance(fact, str) else fact


def _found(template: Template, alias: str, text: str) -> bool:
    """Whether ``text`` has a copy for a field; the engine leaves its grammar where a rule can never be met."""
    return re.search(template.shape.get(alias, ""), text) is not None


def _fact(template: Template, text: str, *, cite: bool) -> list[str]:
    """The rules of one type's facts: what each field may hold, and how they follow each other."""
    fields = [
        field
        for field in list(ASKED[template.type].model_fields.values())[1:]
        if field.alias in (template.copied or (field.alias,)) and _found(template, str(field.alias), text)
    ]
    parts = ['"{"', f'"{_quoted("句")}:" cited ","'] if cite else ['"{"']
    rules, behind = [], False
    for index, field in enumerate(fields):
        alias = str(field.alias)
        copy = f"COPY_{template.type.upper()}_{index}"
        rules.append(f"{copy}: COPY & /{shape}/" if (shape := template.shape.get(alias)) else f"{copy}: COPY")
        value = f'"\\"" {copy} "\\""'
        if field.annotation is not str:
            value = _list(value, least=LEAST.get(alias, 1) if template.required else 0)
        if template.is_bare(cite=cite):
            return [f"fact_{template.type}: {value}", *rules]
        pair = f'"{_quoted(alias)}:" {value}'
        needed = alias in template.required or not template.required
        pair = f'"," {pair}' if behind else pair if needed else f'{pair} ","'
        parts.append(pair if needed else f"({pair})?")
        behind = behind or needed
    return [f'fact_{template.type}: {" ".join(parts)} "}}"', *rules]


def _list(value: str, *, least: int) -> str:
    """A JSON list of ``least`` to MAX_LIST values."""
    some = f'"[" {value} ("," {value}){{{max(least - 1, 0)},{MAX_LIST - 1}}} "]"'
    return some if least else f'("[]" | {some})'


def _several(rule: str, most: int) -> str:
    """One to ``most`` of ``rule`` with commas between; llguidance refuses a range that ends at 0."""
    return rule if most == 1 else f'{rule} ("," {rule}){{0,{most - 1}}}'


def _quoted(key: str) -> str:
    return f'\\"{key}\\"'


def _and(rule: str, index: int) -> str:
    return rule if index == 0 else f'"," {rule}'

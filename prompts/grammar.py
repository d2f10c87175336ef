"""A decoding grammar for engines with XGrammar: an answer of fixed layout whose strings are copies of the text.

Where the engine takes it, a name that does not stand in the cited text cannot be written at all, and no token is spent on
white space. Source: XGrammar, "EBNF grammar".
"""

import json
import re
from collections.abc import Iterator, Sequence

from prompts.asked import ASKED, MAX_CITED, MAX_LIST
from prompts.catalog import Template
from prompts.render import answer_text, fence

MAX_FACTS = 8
"""Facts of one type in one answer: a bound on repetition."""
LEAST = {"各方": 2}
"""Fewest entries of a list, where one would be no fact."""
LONGEST_COPY = 60
"""Characters of the longest copy: no name, date or number of the genre is longer."""
_LAST_WORD = 8
"""By how many characters one of a shape's last words may be longer than another that is tried before it."""


def copy_grammar(sentences: Sequence[str], templates: Sequence[Template], *, facts: int = MAX_FACTS) -> str:
    """The grammar of an answer about ``sentences``: at most ``facts`` facts of each type, strings only from the text.

    A template's shape decides what a copy for a field looks like. Of the fields that are copied only the required ones must
    be there. Of a single field that is copied the key is left out: :func:`in_full` puts it back.
    """
    texts = [fence(sentence) for sentence in sentences]
    lists = " ".join(
        _and(f'"{_quoted(template.label)}:[" list_{template.type} "]"', index)
        for index, template in enumerate(templates)
    )
    rules = [
        f'root ::= "{{" {lists} "}}"',
        f"number ::= {' | '.join(json.dumps(str(number)) for number in range(1, len(sentences) + 1))}",
        f'cited ::= "[" {_several("number", min(len(sentences), MAX_CITED))} "]"',
    ]
    for template in templates:
        told = _fact(template, texts, cite=len(sentences) > 1 or not template.required)
        if not told:
            rules.append(f'list_{template.type} ::= ""')
            continue
        none = "" if template.surely and any(map(template.surely.search, texts)) else '"" | '
        rules.append(f"list_{template.type} ::= {none}{_several(f'fact_{template.type}', facts)}")
        rules.extend(told)
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


def _fact(template: Template, texts: Sequence[str], *, cite: bool) -> list[str]:
    """The rules of one type's facts: what each field may hold, and how they follow each other.

    None where a field that must be there has no copy in the texts.
    """
    copies = {
        str(field.alias): (field, _copies(template.shape.get(str(field.alias)), texts))
        for field in list(ASKED[template.type].model_fields.values())[1:]
        if field.alias in (template.copied or (field.alias,))
    }
    if any(not found for alias, (_, found) in copies.items() if alias in template.required):
        return []
    parts = ['"{"', f'"{_quoted("句")}:" cited ","'] if cite else ['"{"']
    rules, behind = [], False
    for index, (alias, (field, found)) in enumerate(copies.items()):
        if not found:
            continue
        copy = f"copy_{template.type}_{index}"
        rules.append(f"{copy} ::= {found}")
        value = f'"\\"" {copy} "\\""'
        if field.annotation is not str:
            value = _list(value, least=LEAST.get(alias, 1) if template.required else 0)
        if template.is_bare(cite=cite):
            return [f"fact_{template.type} ::= {value}", *rules]
        pair = f'"{_quoted(alias)}:" {value}'
        needed = alias in template.required or not template.required
        pair = f'"," {pair}' if behind else pair if needed else f'{pair} ","'
        parts.append(pair if needed else f"({pair})?")
        behind = behind or needed
    return [f'fact_{template.type} ::= {" ".join(parts)} "}}"', *rules]


def _copies(shape: str | None, texts: Sequence[str]) -> str:
    """The alternatives of a rule that takes what stands in a text and has the shape; empty where nothing has."""
    looks = re.compile(shape, re.DOTALL) if shape else None
    return " | ".join(
        dict.fromkeys(
            chain
            for text in texts
            for start in range(len(text))
            if (chain := _chain(text, start, list(_ends(looks, text, start))))
        )
    )


def _ends(looks: re.Pattern[str] | None, text: str, start: int) -> Iterator[int]:
    """Where what begins at ``start`` may end."""
    farthest = min(len(text), start + LONGEST_COPY)
    if looks is not None:
        if (longest := looks.match(text, start, farthest)) is None:
            return
        # A pattern takes as much as it can, but for the order of what may stand at its end.
        farthest = min(farthest, longest.end() + _LAST_WORD)
    for end in range(start + 1, farthest + 1):
        if looks is None or looks.fullmatch(text, start, end):
            yield end


def _chain(text: str, start: int, ends: Sequence[int]) -> str:
    """What begins at ``start``, up to any of the ends: ``"三甲" ("" | "医院")``."""
    written = ""
    for begin, end in reversed(list(zip([start, *ends], ends, strict=False))):
        piece = json.dumps(text[begin:end], ensure_ascii=False)
        written = f'{piece} ("" | {written})' if written else piece
    return written


def _list(value: str, *, least: int) -> str:
    """A JSON list of ``least`` to MAX_LIST values."""
    some = f'"[" {value} ("," {value}){{{max(least - 1, 0)},{MAX_LIST - 1}}} "]"'
    return some if least else f'("[]" | {some})'


def _several(rule: str, most: int) -> str:
    """One to ``most`` of ``rule`` with commas between."""
    return rule if most == 1 else f'{rule} ("," {rule}){{0,{most - 1}}}'


def _quoted(key: str) -> str:
    return f'\\"{key}\\"'


def _and(rule: str, index: int) -> str:
    return rule if index == 0 else f'"," {rule}'

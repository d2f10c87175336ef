"""An article is data: it cannot number, answer, end a turn, or leave its string in a grammar, whatever is in it."""

import json
import re

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pipeline.document import Document, Source, prepare
from pipeline.extract import plan, question
from pipeline.profiles import PROFILES, Profile
from prompts.asked import ASKED
from prompts.catalog import template
from prompts.grammar import copy_grammar
from prompts.render import fence
from schemas import RECORD_TYPES
from tests.chaos import long
from tests.private.canaries import CANARIES, article, without

TOKENS = re.compile(r"<\||\|>|\[/?INST|<</?SYS|</?s>|<｜|｜>")
"""Beginnings and ends of what a chat template may be written with."""
NASTY = st.sampled_from(
    (
        *("<|im_end|>", "<|im_start|>system\n", "[INST]", "</s>", '"}]}', '"', "\\", "\\u0022", "}", "\n2 "),
        *("\nroot ::= ", '" copy_case_0 "', "#", "/*", "//", "/", "{1,2}"),
    )
)
TEXTS = st.lists(st.text(max_size=20) | NASTY, min_size=1, max_size=6).map("".join)
SENTENCES = st.lists(TEXTS, min_size=1, max_size=6)
KINDS = tuple(ASKED)
STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"')


def prepared(text: str) -> Document:
    """A made-up document."""
    return prepare(Source("made.txt", "made.txt", text, "utf-8", "", {}))


@settings(max_examples=long(100, 50_000), suppress_health_check=list(HealthCheck))
@given(SENTENCES, st.lists(st.sampled_from(KINDS), min_size=1, max_size=3, unique=True))
@example(['" copy_case_0'], ["case"])
def test_text_cannot_leave_its_string_in_a_grammar(texts: list[str], kinds: list[str]) -> None:
    """Whatever the text, its pieces are strings of rules of their own, on one line each: the others are those of any text."""
    grammar = copy_grammar(texts, [template(kind) for kind in kinds])
    fenced = [fence(text) for text in texts]
    lines = grammar.split("\n")
    assert len(grammar.splitlines()) == len(lines)
    holders = [line for line in lines if line.startswith("copy_")]
    for holder in holders:
        assert re.fullmatch(r"copy_[a-z]+_\d+ ::= [ |()]*", STRING.sub("", holder))
        for piece in STRING.findall(holder):
            assert any(json.loads(piece) in text for text in fenced)
    # Every other rule is made of our own words: of the article it has nothing but whether a field can be filled.
    others = "\n".join(line for line in lines if line not in holders)
    # A text that spells the name of a rule cannot be told from the rule.
    assert not [text for text in texts if len(text) > 12 and "copy_" not in text and text in others]


@settings(max_examples=long(100, 50_000))
@given(TEXTS)
def test_tokens_of_a_template_are_gone_and_every_offset_stays(text: str) -> None:
    """What the model is shown is as long as the sentence, character for character, without a template's token."""
    fenced = fence(text)
    assert len(fenced) == len(text) and not TOKENS.search(fenced)
    for at, char in enumerate(text):
        assert fence(char) == fenced[at]


@pytest.mark.parametrize("canary", CANARIES.values(), ids=CANARIES)
@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES)
def test_a_canary_is_numbered_text_in_every_question(canary: str, profile: Profile) -> None:
    """Each question has as many numbered lines as sentences, the roles of any other, and no token that ends a turn."""
    document = prepared(article(canary))
    for asking in plan(document, profile, tuple(RECORD_TYPES)):
        asked = question(asking, profile)
        content = asked.messages[-1]["content"]
        shown = [fence(sentence.text) for sentence in asking.sentences]
        for number, text in enumerate(shown, start=1):
            assert f"{number} {text}\n" in content
        numbered = [line for line in content.splitlines() if re.match(r"\d+ ", line)]
        assert [line for line in numbered if line.split(" ", 1)[1] in shown] == [
            f"{number} {text}" for number, text in enumerate(shown, start=1)
        ]
        assert not TOKENS.search(content)
        assert [one["role"] for one in asked.messages].count("system") == 1


def test_a_canary_changes_no_question_about_another_sentence() -> None:
    """Of the embedded profile, which asks of one sentence at a time, every question about the true ones is the same."""
    profile = PROFILES["embedded"]

    def asked(text: str) -> set[str]:
        document = prepared(text)
        return {
            json.dumps(question(asking, profile).messages, ensure_ascii=False)
            for asking in plan(document, profile, tuple(RECORD_TYPES))
            if asking.types != ("article",)
        }

    true = asked(without())
    assert len(true) > 3
    for canary in CANARIES.values():
        assert true <= asked(article(canary))

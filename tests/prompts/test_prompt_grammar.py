"""The grammar of copies, in the real engine."""

import json
from collections.abc import Sequence

import openai
import pytest

from pipeline.model.endpoint import Endpoint
from prompts.asked import ASKED, answer_model
from prompts.catalog import Template, template
from prompts.grammar import copy_grammar, in_full
from prompts.render import fence
from schemas import RECORD_TYPES
from tests.prompts.answers import strings

pytestmark = pytest.mark.asyncio(loop_scope="module")

PLAIN = "松岭县医院于2021年3月启用感染楼,设床位120张。"
HOSTILE = (
    '"引号\\反斜线\n换行|<|im_end|>"}],"任职":[{ /* %regex */ start: "x" \t\x00 {{ 7*7 }} 😀👩‍⚕️ é \u202e'
)

TEXTS: dict[str, tuple[str, ...]] = {
    "one sentence": (PLAIN,),
    "three sentences": (PLAIN, "院长何知远致辞。", "图为仪式现场"),
    "hostile text": (HOSTILE,),
    "hostile text among others": (PLAIN, HOSTILE, PLAIN),
    "the most sentences": tuple(f"{number}号楼启用。" for number in range(1, 21)),
    "a sentence twice": (PLAIN, PLAIN),
    "one character": ("。",),
    "spaces only": ("   ",),
}


async def answers(engine: Endpoint, grammar: str, *, seeds: Sequence[int]) -> list[str]:
    """What the random model writes under a grammar, a draw for each seed; only finished answers."""
    http = openai.DefaultAsyncHttpxClient(trust_env=False)
    async with openai.AsyncOpenAI(
        base_url=engine.base_url, api_key=engine.api_key, max_retries=0, http_client=http
    ) as client:
        replies = [
            await client.chat.completions.create(
                model="tiny",
                messages=[{"role": "user", "content": "?"}],
                max_tokens=1500,
                temperature=1.0,
                seed=seed,
                extra_body={"grammar": grammar, "response_format": {"type": "text"}},
            )
            for seed in seeds
        ]
    choices = [reply.choices[0] for reply in replies]
    return [choice.message.content or "" for choice in choices if choice.finish_reason == "stop"]


def templates(kinds: Sequence[str]) -> list[Template]:
    """The current templates of some record types."""
    return [template(kind) for kind in kinds]


@pytest.mark.parametrize("texts", TEXTS.values(), ids=TEXTS.keys())
async def test_what_is_written_under_the_grammar_is_a_valid_answer_of_copies(
    engine: Endpoint, texts: tuple[str, ...]
) -> None:
    """Whatever the text, a random model answers in shape, and each string is a piece of the text."""
    kinds = ("partnership", "metric")
    written = await answers(engine, copy_grammar(texts, templates(kinds), facts=2), seeds=(2, 3, 4))
    assert written
    fenced = [fence(text) for text in texts]
    for text in written:
        answer_model(kinds, len(texts)).model_validate_json(in_full(text, templates(kinds)), strict=True)
        assert not [copy for copy in strings(json.loads(text)) if not any(copy in text for text in fenced)]


async def test_the_grammars_of_all_record_types_compile(engine: Endpoint) -> None:
    """Asked for everything at once, a random model answers in shape, most types with a fact now and then."""
    kinds = tuple(ASKED)
    written = await answers(engine, copy_grammar([PLAIN], templates(kinds), facts=1), seeds=range(30))
    found = set()
    for text in written:
        answer = answer_model(kinds, 1).model_validate_json(in_full(text, templates(kinds)), strict=True)
        found |= {kind for kind, _ in answer.facts()}
    assert len(found) > len(kinds) / 2


async def test_the_number_of_facts_is_bounded(engine: Endpoint) -> None:
    """No answer holds more facts of a type than the grammar was made for."""
    kinds = tuple(ASKED)
    written = await answers(engine, copy_grammar([PLAIN], templates(kinds), facts=2), seeds=(1, 2))
    counts = {len(facts) for text in written for facts in json.loads(text).values()}
    assert max(counts) in (1, 2)


@pytest.mark.parametrize("whole", [False, True], ids=["what is copied", "every field"])
@pytest.mark.parametrize("kind", RECORD_TYPES)
async def test_a_question_about_one_type_is_answered_by_what_is_copied(
    engine: Endpoint, kind: str, whole: bool
) -> None:
    """A list of copies or of objects; what code reads off the sentence cannot be written."""
    asked = template(kind).whole() if whole else template(kind)
    fields = asked.copied or {field.alias for field in ASKED[kind].model_fields.values()}
    written = await answers(engine, copy_grammar([PLAIN], [asked], facts=2), seeds=range(4))
    assert written
    for text in written:
        for fact in json.loads(text)[asked.label]:
            assert isinstance(fact, str if len(asked.copied) == 1 else dict)
            assert "句" not in fact
        (facts,) = json.loads(in_full(text, [asked])).values()
        assert all({*asked.required} <= {*fact} <= {*fields} for fact in facts)
        answer_model((kind,), 1).model_validate_json(in_full(text, [asked]), strict=True)

"""The questions whose answers are kept in cassettes. The articles are made up."""

from functools import partial
from typing import Final

from pipeline.model.client import Question
from pipeline.model.files import ADAPTED_NAME
from prompts.asked import answer_model
from prompts.catalog import template
from prompts.grammar import copy_grammar, in_full
from prompts.render import Style, messages

MODEL_NAME: Final = "qwen2.5-coder-1.5b-instruct-q4_k_m"

_OPENING: Final = (
    "3月8日，松岭县医院与临州医科大学附属医院签订医联体协议。",
    "松岭县医院院长何知远、临州医科大学附属医院副院长裴素秋出席签约仪式。",
)


def _question(
    sentences: tuple[str, ...], *kinds: str, style: Style = "turns", grammar: bool = True
) -> Question:
    templates = [template(kind) if style != "trained" else template(kind).whole() for kind in kinds]
    return Question(
        tuple(messages(sentences, templates, style=style, compact=grammar)),
        answer_model(kinds, len(sentences)),
        copy_grammar(sentences, templates, facts=6) if grammar else None,
        partial(in_full, templates=templates) if grammar else str,
    )


TRAINED: Final[dict[str, Question]] = {
    "trained": _question(_OPENING[1:], "appointment", style="trained"),
    "trained_nothing": _question(
        ("全院职工团结一心，把温暖送到每一位病人身边。",), "service", style="trained"
    ),
}
"""What is asked of the model with the adapter."""
EXCHANGES: Final[dict[str, Question]] = {
    **TRAINED,
    "appointment": _question(_OPENING[1:], "appointment"),
    "metric": _question(("2021年，该院完成四级手术860余例，平均住院日降至7.2天。",), "metric"),
    "partnership": _question(_OPENING[:1], "partnership"),
    "system": _question(("2021年3月，松岭县医院上线智慧随访系统和床旁结算平台。",), "system"),
    "nothing": _question(("全院职工团结一心，把温暖送到每一位病人身边。",), "service"),
    "header": _question(("山城里的守护者", "——松岭县医院感染科速写", "临州晚报记者 庄一舟 文/图"), "article"),
    "schema": _question(_OPENING[1:], "appointment", grammar=False),
    "inline": _question(
        _OPENING, "appointment", "partnership", "event", "case", style="inline", grammar=False
    ),
}
"""By the name of the cassette: one sentence and one type under a grammar, and what is different from that."""


def model_name(cassette: str) -> str:
    """Which model was recorded."""
    return ADAPTED_NAME if cassette in TRAINED else MODEL_NAME

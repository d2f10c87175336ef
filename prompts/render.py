"""From sentences and templates to chat messages.

The article comes first and the task last in every turn. Text is fenced: one numbered line per sentence, and the characters with
which an article could imitate numbering, JSON or a chat template are replaced one for one, so offsets stay.
"""

import json
from collections.abc import Sequence
from typing import Any, Literal

from prompts.asked import ASKED
from prompts.catalog import Example, Template, system_message

Message = dict[str, str]
Style = Literal["turns", "inline"]

_FENCE = str.maketrans({'"': "”", "\\": "＼", "<": "＜", ">": "＞", "|": "｜", "[": "［", "]": "］"})


def fence(text: str) -> str:
    """The text as it may stand in a prompt and in a grammar.

    It keeps its length, and has no quote, no escape, no token of a chat template (``<|im_end|>``, ``[INST]``), and
    no line break or other character that does not print.
    """
    return "".join(char if char.isprintable() else " " for char in text.translate(_FENCE))


def messages(
    sentences: Sequence[str],
    templates: Sequence[Template],
    *,
    style: Style,
    context: Sequence[str] = (),
    compact: bool = False,
) -> list[Message]:
    """Chat messages that ask ``templates`` of numbered ``sentences``.

    ``turns`` puts the task's definition and its examples, as turns of a chat, before the article's turn: one long prefix per
    record type, cheap where the engine keeps it and the article's part is short. ``inline`` puts the article before all that is
    said of the task: one prefix per chunk, cheap where chunks are long and several questions are asked of each.

    ``compact``: the examples of turns are as the decoding grammar has them, without what need not be written.
    """
    if style == "turns":
        return _turns(sentences, templates, context, compact)
    return _inline(sentences, templates, context)


def numbered(sentences: Sequence[str]) -> str:
    """The sentences as fenced lines ``1 …``, numbered from 1."""
    return "\n".join(f"{number} {fence(text)}" for number, text in enumerate(sentences, start=1))


def answer_text(facts: dict[str, list[dict[str, object]]]) -> str:
    """An answer as the model should write it: compact JSON, readable Chinese."""
    return json.dumps(facts, ensure_ascii=False, separators=(",", ":"))


def _turns(
    sentences: Sequence[str], templates: Sequence[Template], context: Sequence[str], compact: bool
) -> list[Message]:
    ask = "抄录" + "、".join(template.label for template in templates)
    definitions = "\n".join(template.task for template in templates)
    result = [{"role": "system", "content": f"{system_message()}\n{definitions}"}]
    for template in templates:
        for example in template.examples:
            facts = [
                _told(fact, template, cite=len(sentences) > 1) if compact else fact for fact in example.facts
            ]
            answer = {other.label: facts if other is template else [] for other in templates}
            result.append({"role": "user", "content": f"{numbered(example.sentences)}\n{ask}"})
            result.append({"role": "assistant", "content": answer_text(answer)})
    result.append({"role": "user", "content": f"{_before(context)}{numbered(sentences)}\n{ask}"})
    return result


def _told(fact: dict[str, Any], template: Template, *, cite: bool) -> dict[str, Any]:
    """An example's fact as the decoding grammar has it: of a question of one sentence without its number, and
    without what the sentence does not say.
    """
    if not template.required:
        return fact
    keys = [str(field.alias) for field in ASKED[template.type].model_fields.values()]
    return {key: fact[key] for key in keys if (cite if key == "句" else fact[key] not in ("", []))}


def _inline(sentences: Sequence[str], templates: Sequence[Template], context: Sequence[str]) -> list[Message]:
    parts = [f"{_before(context)}文章：\n{numbered(sentences)}\n文章完。\n"]
    for template in templates:
        parts.append(template.task)
        parts.extend(_shown(example, template) for example in template.examples)
    parts.append("只就上面的文章回答，例子不是文章。")
    return [{"role": "system", "content": system_message()}, {"role": "user", "content": "\n".join(parts)}]


def _shown(example: Example, template: Template) -> str:
    return f"例：{numbered(example.sentences)}\n答：{answer_text({template.label: list(example.facts)})}"


def _before(context: Sequence[str]) -> str:
    return "".join(f"上文 {fence(text)}\n" for text in context)

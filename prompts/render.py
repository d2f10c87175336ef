"""From sentences and templates to chat messages.

All that is said of the task comes before the article, which stands in the last turn with the types asked for: questions about the
same record types share everything but the article. Text is fenced: one numbered line per sentence, and the characters with which an
article could imitate numbering, JSON or a chat template are replaced one for one, so offsets stay.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from prompts.catalog import Example, Template, system_message

Message = dict[str, str]
Style = Literal["turns", "inline", "trained"]

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

    ``turns`` gives the examples as turns of a chat, which a small model follows best; ``inline`` gives them in the system message,
    each once, for a strong model that is asked for many types at once; ``trained`` gives neither task nor examples, to a model
    that was trained on such questions (:func:`trained`).

    ``compact``: task and examples are as the decoding grammar has answers, without what need not be written.
    """
    ask = "抄录" + "、".join(template.label for template in templates)
    told = [system_message()]
    turns: list[Message] = []
    if style != "trained":
        told += (template.words(compact=compact) for template in templates)
    if style == "inline":
        told += [_shown(example, each) for each in templates for example in each.examples]
        told.append("以上例子各示范一类，其中的句子不是用户给出的；作答时各类都要答到。")
    elif style == "turns":
        for example, answer in _examples(templates, compact, cite=len(sentences) > 1):
            turns.append({"role": "user", "content": f"{numbered(example.sentences)}\n{ask}"})
            turns.append({"role": "assistant", "content": answer_text(answer)})
    return [
        {"role": "system", "content": "\n".join(told)},
        *turns,
        {"role": "user", "content": f"{_before(context)}{numbered(sentences)}\n{ask}"},
    ]


def trained(template: Template) -> bool:
    """Whether a model is trained on a template's questions: on all but the one about the header."""
    return template.type != "article"


def numbered(sentences: Sequence[str]) -> str:
    """The sentences as fenced lines ``1 …``, numbered from 1."""
    return "\n".join(f"{number} {fence(text)}" for number, text in enumerate(sentences, start=1))


def answer_text(facts: Mapping[str, Sequence[object]]) -> str:
    """An answer as the model should write it: compact JSON, readable Chinese."""
    return json.dumps(facts, ensure_ascii=False, separators=(",", ":"))


def _examples(
    templates: Sequence[Template], compact: bool, *, cite: bool
) -> Iterator[tuple[Example, dict[str, list[Any]]]]:
    """Each example of each template, with its answer to a question about all of them."""
    for template in templates:
        for example in template.examples:
            facts = [in_short(fact, template, cite=cite) if compact else fact for fact in example.facts]
            yield example, {each.label: facts if each is template else [] for each in templates}


def in_short(fact: dict[str, Any], template: Template, *, cite: bool) -> Any:
    """A fact as the decoding grammar has it: of a question of one sentence without its number, and without what is not
    copied or the sentence does not say.
    """
    if not template.copied:
        return fact
    if template.is_bare(cite=cite):
        return fact[template.copied[0]]
    keys = ("句", *template.copied) if cite else template.copied
    return {key: fact[key] for key in keys if fact[key] not in ("", [])}


def _shown(example: Example, template: Template) -> str:
    return f"例：{numbered(example.sentences)}\n答：{answer_text({template.label: list(example.facts)})}"


def _before(context: Sequence[str]) -> str:
    return "".join(f"上文 {fence(text)}\n" for text in context)

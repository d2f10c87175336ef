"""Questions to sequences: many questions in one, each seeing no more than it will when it is asked.

A pack begins with the system message; sentences branch from it, and the questions about a sentence branch from the
sentence. A token sees what stands before it on its own branch, and its position is its place on the branch.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from eval.training.sentences import Stated
from prompts.catalog import template
from prompts.render import messages

Encode = Callable[[str], list[int]]


@dataclass(slots=True)
class Pack:
    """Tokens of one sequence; all lists have its length."""

    tokens: list[int] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)
    branches: list[tuple[int, int]] = field(default_factory=list)
    """Sentence and question that a token belongs to; -1 for what they share."""
    learnt: list[bool] = field(default_factory=list)
    """Whether the token is part of an answer."""

    def __len__(self) -> int:
        return len(self.tokens)

    def add(self, tokens: Sequence[int], branch: tuple[int, int], *, at: int, learnt: bool = False) -> None:
        """Append tokens of a branch, the first at position ``at``."""
        self.tokens += tokens
        self.positions += range(at, at + len(tokens))
        self.branches += [branch] * len(tokens)
        self.learnt += [learnt] * len(tokens)

    def seen(self) -> Any:
        """Which tokens (columns) each token (row) attends to: a numpy array of bool."""
        place = np.arange(len(self))
        sentence, question = np.array(self.branches).T
        shared = (sentence == -1) | (sentence[:, None] == sentence) & (
            (question == -1) | (question[:, None] == question)
        )
        return (place[:, None] >= place) & shared


def packs(stated: Sequence[Stated], encode: Encode, *, size: int) -> Iterator[Pack]:
    """The questions about ``stated`` in packs of about ``size`` tokens at most, in order."""
    pack, sentences = Pack(), 0
    for each in stated:
        shared, text, questions = _turns(each, encode)
        if not questions:
            continue
        needed = len(text) + sum(len(asked) + len(answer) for asked, answer in questions)
        if len(pack) and len(pack) + needed > size:
            yield pack
            pack, sentences = Pack(), 0
        if not len(pack):
            pack.add(shared, (-1, -1), at=0)
        pack.add(text, (sentences, -1), at=len(shared))
        for number, (asked, answer) in enumerate(questions):
            at = len(shared) + len(text)
            pack.add(asked, (sentences, number), at=at)
            pack.add(answer, (sentences, number), at=at + len(asked), learnt=True)
        sentences += 1
    if len(pack):
        yield pack


def _turns(each: Stated, encode: Encode) -> tuple[list[int], list[int], list[tuple[list[int], list[int]]]]:
    """Tokens of the system message, of the sentence, and of each question with its answer, in Qwen's chat form."""
    shared: list[int] = []
    text: list[int] = []
    questions = []
    for kind, answer in each.questions():
        system, user = messages([each.text], [template(kind)], style="trained")
        sentence, _, ask = user["content"].rpartition("\n")
        shared = encode(f"<|im_start|>system\n{system['content']}<|im_end|>\n")
        text = encode(f"<|im_start|>user\n{sentence}\n")
        questions.append((encode(f"{ask}<|im_end|>\n<|im_start|>assistant\n"), encode(f"{answer}<|im_end|>")))
    return shared, text, questions

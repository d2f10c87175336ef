"""What comes back from an endpoint, looked at before it is taken for an answer: servers send anything."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from instructor.core.exceptions import ResponseParsingError
from openai.types.chat import ChatCompletion

from pipeline.errors import AnswerError
from pipeline.model.cache import Usage

MOST_CHARACTERS: Final = 1_000_000
"""Longest content that is read at all; far above what any allowed number of tokens can hold."""
MOST_TOKENS: Final = 1_000_000_000
"""A larger count is a mistake."""
_REASKED_CHARACTERS: Final = 2_000
REASK_BYTES: Final = 2 * 4 * _REASKED_CHARACTERS
"""What a re-ask adds to a request at most, in UTF-8: the failed answer and its correction."""


def checked(completion: object) -> ChatCompletion:
    """The completion, when it is one that an answer may be read from.

    Raises:
        AnswerError: the model refused, was stopped by a filter, or ran on; asking again would not help.
        ResponseParsingError: what came is no chat completion at all; instructor asks again.
    """
    choices = getattr(completion, "choices", None)
    message = getattr(choices[0], "message", None) if isinstance(choices, list) and choices else None
    content = getattr(message, "content", "")
    if not isinstance(completion, ChatCompletion) or message is None or not isinstance(content, str | None):
        raise ResponseParsingError("the reply is not a chat completion", mode="JSON_SCHEMA")
    if getattr(message, "refusal", None):
        raise AnswerError("The model refused to answer.", next_step="Ask another model.")
    if completion.choices[0].finish_reason == "content_filter":
        raise AnswerError("The endpoint's content filter stopped the answer.", next_step="Ask another model.")
    if content and len(content) > MOST_CHARACTERS:
        raise AnswerError(
            f"The answer has {len(content):,} characters and is not used.",
            next_step="The endpoint does not hold its answers to the number of tokens asked for.",
        )
    return completion


def usage_of(completion: object) -> Usage | None:
    """Tokens that an endpoint says it used for a reply, whatever the reply is worth; None where it does not count."""
    usage = getattr(completion, "usage", None)
    prompt, used = _count(usage, "prompt_tokens"), _count(usage, "completion_tokens")
    if prompt is None or used is None:
        return None
    cached = _count(getattr(usage, "prompt_tokens_details", None), "cached_tokens") or 0
    return Usage(prompt, min(cached, prompt), used)


@dataclass(slots=True)
class Meter:
    """What a question has used, attempt by attempt, as far as the endpoint tells; whether the last one was its answer."""

    attempts: list[Usage] = field(default_factory=list)
    answered: bool = False

    @property
    def used(self) -> Usage:
        """Tokens of all attempts."""
        return sum(self.attempts, Usage())

    @property
    def wasted(self) -> Usage:
        """Tokens of the attempts that brought no answer."""
        return sum(self.attempts[:-1] if self.answered else self.attempts, Usage())


def constant_size(asked: int) -> Callable[..., None]:
    """A hook by which instructor's re-asks do not grow.

    After the ``asked`` messages of the question come only the latest failed answer and its correction, each
    cut to a bound.
    """

    def trim(**kwargs: Any) -> None:
        messages = kwargs["messages"]
        del messages[asked : max(asked, len(messages) - 2)]
        messages[asked:] = [_cut(message) for message in messages[asked:]]

    return trim


def _cut(message: dict[str, Any]) -> dict[str, Any]:
    return {"role": message["role"], "content": str(message.get("content") or "")[:_REASKED_CHARACTERS]}


def _count(holder: object, name: str) -> int | None:
    value = getattr(holder, name, None)
    return value if isinstance(value, int) and 0 <= value <= MOST_TOKENS else None

"""Profiles: how much is asked at once, for a small model on a laptop and for a strong one behind an API."""

from dataclasses import dataclass, replace
from typing import Self

from prompts.render import Style
from schemas import RECORD_TYPES


@dataclass(frozen=True, slots=True)
class Profile:
    """How a model is asked; the stages are the same for all profiles."""

    name: str
    style: Style
    """How task and examples are given, or that they are not; see :func:`prompts.render.messages`."""
    sentences: int
    """Most sentences in a chunk."""
    characters: int
    """Most characters in a chunk."""
    context: int
    """Sentences before the chunk that are shown, not to be cited."""
    groups: tuple[tuple[str, ...], ...]
    """The record types that share a question."""
    grammar: bool
    """Whether strings are held to the text by a decoding grammar (XGrammar), beyond the check on receipt."""
    copied_only: bool
    """Whether only what a template names as copied is asked for, and the rest of a fact is left to the rules."""
    max_tokens: int
    """Most tokens of an answer."""
    concurrency: int
    """Questions in flight, unless the user says otherwise."""

    def together(self, number: int) -> Self:
        """The profile with ``number`` record types in a question; a weaker model than it is made for wants fewer."""
        types = tuple(RECORD_TYPES)
        groups = tuple(types[at : at + number] for at in range(0, len(types), number))
        return replace(self, groups=groups)


_SMALL = Profile(
    name="small",
    style="turns",
    sentences=1,
    characters=600,
    context=0,
    groups=tuple((each,) for each in RECORD_TYPES),
    grammar=True,
    copied_only=True,
    max_tokens=1024,
    concurrency=64,
)

PROFILES: dict[str, Profile] = {
    # One sentence and one type per question: a 1.5B model finds nearly everything this way, and little else works with it.
    # The embedded model was trained on such questions, and is told no more than the sentence and the type; but for the
    # header, about which it is asked as ``small`` is.
    "embedded": replace(_SMALL, name="embedded", style="trained", copied_only=False),
    # The same for any other small model, which is told by examples what is wanted.
    "small": _SMALL,
    # One pass: all types of a long chunk in one question, so what is said of the task is paid for as seldom as can be,
    # and is the same for a whole corpus, which endpoints that keep prefixes charge less for.
    "frontier": Profile(
        name="frontier",
        style="inline",
        sentences=60,
        characters=4500,
        context=2,
        groups=(tuple(RECORD_TYPES),),
        grammar=False,
        copied_only=False,
        max_tokens=8192,
        concurrency=8,
    ),
}
"""The profiles by name."""

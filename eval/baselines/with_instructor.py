"""instructor alone, as its documentation advises: a response model, examples as messages, its own re-asks.

One call for each piece of the article, with a list of our record classes for its answer and a field in which the
model quotes the text. Mode ``JSON_SCHEMA``; re-asks as many as it makes unless told otherwise, which are three.
"""

import json
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.metadata import version
from typing import Annotated, Any, Final, Union, get_type_hints

import instructor
import openai
from instructor.core.exceptions import InstructorError
from pydantic import BaseModel, Field, create_model

from eval.baselines.found import Found, Item
from eval.baselines.relay import KEY, SECONDS, Relay
from eval.baselines.task import MAX_TOKENS, QUOTE, WINDOW, WORKERS, Example, examples, instructions
from schemas import RECORD_TYPES, fields_of

LIBRARY: Final = "instructor"
_ENDS: Final = "。！？\n"


def asked_about(request: Mapping[str, Any]) -> str:
    """The piece of the article in a request; of a re-ask, the correction that it ends with."""
    return str(request["messages"][-1]["content"])


def find(texts: Mapping[str, str], relay: Relay, model: str) -> Found:
    """What the library finds in the articles, by their names."""
    pieces = [(name, start, piece) for name, text in texts.items() for start, piece in windows(text)]
    with (
        openai.OpenAI(base_url=relay.url, api_key=KEY, timeout=SECONDS) as sdk,
        ThreadPoolExecutor(WORKERS) as threads,
    ):
        client = instructor.from_openai(sdk, mode=instructor.Mode.JSON_SCHEMA)
        answers = list(threads.map(lambda one: _ask(client, model, one[2]), pieces))
    documents: dict[str, tuple[Item, ...]] = dict.fromkeys(texts, ())
    for (name, start, piece), answer in zip(pieces, answers, strict=True):
        documents[name] += tuple(_item(one, piece, start) for one in answer or ())
    return Found(f"{LIBRARY} {version(LIBRARY)}", documents, pieces=len(pieces), failed=answers.count(None))


def windows(text: str) -> Iterator[tuple[int, str]]:
    """The text in pieces of at most ``WINDOW`` characters, each with where it begins.

    A piece ends with a sentence or a line where there is an end in its second half.
    """
    start = 0
    while start < len(text):
        end = min(start + WINDOW, len(text))
        if end < len(text):
            last = max(text.rfind(mark, start + WINDOW // 2, end) for mark in _ENDS)
            end = last + 1 if last >= 0 else end
        if text[start:end].strip():
            yield start, text[start:end]
        start = end


def place_of(quote: str, piece: str) -> tuple[int, int] | None:
    """Where a quotation stands in a piece, white space in either left out of account."""
    places = [at for at, character in enumerate(piece) if not character.isspace()]
    wanted = "".join(quote.split())
    at = "".join(piece[place] for place in places).find(wanted) if wanted else -1
    return (places[at], places[at + len(wanted) - 1] + 1) if at >= 0 else None


@cache
def answer_type() -> Any:
    """The response model: a list of any of the twelve record classes, told apart by ``type``."""
    classes = tuple(_quoting(kind) for kind in RECORD_TYPES)
    return list[Annotated[Union[classes], Field(discriminator="type")]]  # type: ignore[valid-type]  # noqa: UP007


def _quoting(kind: str) -> type[BaseModel]:
    """A record class with its own fields, and the text that states it in place of evidence and checks."""
    record = RECORD_TYPES[kind]
    hints = get_type_hints(record, include_extras=True)
    fields: dict[str, Any] = {
        "type": (hints["type"], ...),
        QUOTE: (str, Field(description="写明该事实的原文，逐字照抄")),
    }
    for spec in fields_of(kind):
        default = ... if spec.required else record.model_fields[spec.name].get_default()
        fields[spec.name] = (hints[spec.name], default)
    return create_model(record.__name__, **fields)


def _ask(client: instructor.Instructor, model: str, piece: str) -> list[BaseModel] | None:
    """The records in a piece; None where the library gives up."""
    try:
        return list(
            client.chat.completions.create(
                model=model,
                response_model=answer_type(),
                messages=[*_opening(), {"role": "user", "content": piece}],  # type: ignore[list-item]
                max_tokens=MAX_TOKENS,
                temperature=0.0,
                seed=0,
            )
        )
    except (InstructorError, openai.APIStatusError):
        return None


def _opening() -> list[dict[str, str]]:
    task = f"{instructions()}\n\n{QUOTE} 照抄写明该事实的原文，不改写。"
    return [{"role": "system", "content": task}, *(turn for one in examples() for turn in _turns(one))]


def _turns(example: Example) -> Iterator[dict[str, str]]:
    yield {"role": "user", "content": example.text}
    # The library puts what is no object of its own into one with the key «content».
    answer = {"content": list(example.records)}
    yield {"role": "assistant", "content": json.dumps(answer, ensure_ascii=False)}


def _item(record: BaseModel, piece: str, start: int) -> Item:
    values = record.model_dump(mode="json")
    kind, quote = values.pop("type"), values.pop(QUOTE)
    place = place_of(quote, piece)
    return Item(kind, values, quote, *((start + place[0], start + place[1]) if place else (None, None)))

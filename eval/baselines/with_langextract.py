"""LangExtract as its documentation advises: a prompt, examples with verbatim text, its own OpenAI provider.

Schema constraints and fences are left to its choice, which for this provider is a JSON schema made of the examples.
The Unicode tokenizer is what it has for Chinese: with the usual one a run of characters is one word.
"""

import importlib
import importlib.util
import json
import warnings
from collections.abc import Mapping
from typing import Any, Final

from eval.baselines.exchanges import Exchange
from eval.baselines.found import Found, Item
from eval.baselines.relay import KEY, Relay
from eval.baselines.task import MAX_TOKENS, QUOTE, WINDOW, WORKERS, Example, examples, instructions

LIBRARY: Final = "langextract"
TASK: Final = "按在文中出现的先后抽取。extraction_text 照抄写明该事实的原文，不改写；字段写在 attributes 里。"


def installed() -> bool:
    """Whether the library is there; it has an environment of its own."""
    return importlib.util.find_spec(LIBRARY) is not None


def asked_about(request: Mapping[str, Any]) -> str:
    """The piece of the article in a request: what stands after the last ``Q:`` of the prompt."""
    prompt: str = request["messages"][-1]["content"]
    return prompt.rpartition("\nQ: ")[2].removesuffix("\nA: ")


def find(texts: Mapping[str, str], relay: Relay, model: str) -> Found:
    """What the library finds in the articles, by their names."""
    lx: Any = importlib.import_module(LIBRARY)
    tokenizer: Any = importlib.import_module(f"{LIBRARY}.core.tokenizer")
    config = lx.factory.ModelConfig(
        model_id=model,
        provider="OpenAILanguageModel",
        provider_kwargs={
            "base_url": relay.url,
            "api_key": KEY,
            "temperature": 0.0,
            "seed": 0,
            "max_output_tokens": MAX_TOKENS,
            "max_workers": WORKERS,
        },
    )
    with warnings.catch_warnings():
        # It remarks that the schema is made of the examples, as is wanted here.
        warnings.filterwarnings("ignore", message="With 'config'", category=UserWarning)
        documents = lx.extract(
            [lx.data.Document(text, document_id=name) for name, text in texts.items()],
            prompt_description=f"{instructions()}\n\n{TASK}",
            examples=[_example(lx, one) for one in examples()],
            config=config,
            max_char_buffer=WINDOW,
            max_workers=WORKERS,
            tokenizer=tokenizer.UnicodeTokenizer(),
            show_progress=False,
        )
    exchanges = tuple(relay.used.values())
    version = importlib.import_module("importlib.metadata").version(LIBRARY)
    return Found(
        f"{LIBRARY} {version}",
        {one.document_id: tuple(_item(each) for each in one.extractions or ()) for one in documents},
        pieces=len(exchanges),
        failed=sum(not _usable(one) for one in exchanges),
    )


def _usable(exchange: Exchange) -> bool:
    """Whether the library could read an answer; where not, it goes on without a word."""
    try:
        return isinstance(json.loads(exchange.answer), dict)
    except ValueError:
        return False


def _example(lx: Any, example: Example) -> Any:
    return lx.data.ExampleData(
        text=example.text,
        extractions=[
            lx.data.Extraction(
                extraction_class=record["type"],
                extraction_text=record[QUOTE],
                attributes={name: _attribute(value) for name, value in _stated(record).items()},
            )
            for record in example.records
        ],
    )


def _stated(record: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        name: value for name, value in record.items() if name not in ("type", QUOTE) and value is not None
    }


def _attribute(value: Any) -> str | list[str]:
    """An attribute as the library wants it: text, or a list of texts."""
    return value if isinstance(value, list) else json.dumps(value, ensure_ascii=False).strip('"')


def _item(extraction: Any) -> Item:
    place = extraction.char_interval
    return Item(
        extraction.extraction_class,
        extraction.attributes or {},
        extraction.extraction_text,
        place.start_pos if place else None,
        place.end_pos if place else None,
    )

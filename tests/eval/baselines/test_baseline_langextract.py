"""LangExtract on made-up articles, where it is installed: places, failures, and what it is sent."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from eval.baselines.exchanges import Exchanges
from eval.baselines.found import Found
from eval.baselines.libraries import LIBRARIES
from eval.baselines.relay import Relay
from eval.baselines.with_langextract import asked_about
from pipeline.model.endpoint import Endpoint
from tests.eval.baselines.made_up_answers import PASSED, QUOTE
from tests.run.answering_server import AnsweringServer, Fault

TEXT = f"柳塘新闻\n{QUOTE}"


def found(tmp_path: Path, said: Fault, text: str = TEXT) -> tuple[Found, list[dict[str, Any]]]:
    """What LangExtract makes of a model that says this, and what it sent."""
    pytest.importorskip(
        "langextract", reason="langextract has an environment of its own (locks/baselines.txt)"
    )
    library = LIBRARIES["langextract"]
    with AnsweringServer(lambda number, request: said) as server:
        endpoint = Endpoint(server.url, "key", "served")
        with Relay(Exchanges(tmp_path / "kept.ndjson"), library.asked_about, endpoint) as relay:
            return library.find({"a.txt": text}, relay, "served"), server.requests


def content(quote: str, **values: Any) -> str:
    """The message of an answer with one accreditation."""
    one: Mapping[str, Any] = {"accreditation": quote, "accreditation_attributes": values}
    return json.dumps({"extractions": [one]}, ensure_ascii=False)


def test_a_record_is_found_with_its_place(tmp_path: Path) -> None:
    """Attributes as the model gives them, and the library's own place of the text."""
    said = content(QUOTE, designation="国家级胸痛中心", status="passed", unit=None)
    one, requests = found(tmp_path, Fault(content=said))
    (item,) = one.documents["a.txt"]
    assert item.type == "accreditation" and item.values["designation"] == PASSED["designation"]
    assert item.start is not None and TEXT[item.start : item.end] == QUOTE
    assert (one.pieces, one.failed) == (1, 0)
    assert asked_about(requests[0]) == TEXT
    assert requests[0]["response_format"]["type"] == "json_schema"


def test_what_stands_nowhere_has_no_place(tmp_path: Path) -> None:
    """The library says so by giving none."""
    one, _ = found(tmp_path, Fault(content=content("黄金海岸的沙滩", status="passed")))
    (item,) = one.documents["a.txt"]
    assert (item.start, item.end) == (None, None)


@pytest.mark.parametrize("said", ['{"extractions": [', "好的"])
def test_an_answer_that_the_library_cannot_read_is_counted(tmp_path: Path, said: str) -> None:
    """It goes on without a word; the table does not."""
    one, _ = found(tmp_path, Fault(content=said, finish="length"))
    assert (one.pieces, one.failed, one.documents["a.txt"]) == (1, 1, ())


def test_the_piece_of_the_article_is_what_follows_the_last_question() -> None:
    """The examples before it have questions of their own."""
    prompt = "任务\n\nExamples\nQ: 甲\nA: {}\n\nQ: 乙\n丙\nA: "
    assert asked_about({"messages": [{"role": "system", "content": ""}, {"content": prompt}]}) == "乙\n丙"

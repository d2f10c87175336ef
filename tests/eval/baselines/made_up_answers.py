"""Answers of a model that does not exist, and a recording of them: what the tests of the baselines share."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from eval.baselines.exchanges import Exchanges
from eval.baselines.found import Found, Item
from eval.baselines.libraries import LIBRARIES
from eval.baselines.relay import Relay
from pipeline.model.endpoint import Endpoint
from pipeline.model.files import DEFAULT_MODEL
from tests.run.answering_server import AnsweringServer, Fault
from tests.run.made_up_articles import ALL, HOSPITAL

QUOTE = "2021年5月，柳塘市第五医院通过国家级胸痛中心验收。"

PASSED: Mapping[str, Any] = {
    "type": "accreditation",
    "quote": QUOTE,
    "organization": HOSPITAL,
    "designation": "国家级胸痛中心",
    "level": "national",
    "status": "passed",
    "date": "2021-05",
}
"""The first record of the first article, as instructor's answer has it."""


def content(*records: Mapping[str, Any]) -> str:
    """The message of an answer to instructor."""
    return json.dumps({"content": records}, ensure_ascii=False)


def says(number: int, request: Mapping[str, Any]) -> Fault:
    """What the model says about a piece of text: the one record where it stands, else nothing."""
    piece = request["messages"][-1]["content"]
    return Fault(content=content(PASSED) if QUOTE in piece else content())


def recorded(folder: Path, texts: Mapping[str, str] = ALL) -> Path:
    """A folder of recorded answers about articles, for both libraries."""
    folder.mkdir()
    library = LIBRARIES["instructor"]
    with AnsweringServer(says) as server:
        endpoint = Endpoint(server.url, "secret-of-the-endpoint", "any")
        exchanges = Exchanges(library.exchanges(folder))
        with Relay(exchanges, library.asked_about, endpoint) as relay:
            library.find(texts, relay, DEFAULT_MODEL.name).write(library.found(folder))
    other = LIBRARIES["langextract"]
    other.exchanges(folder).write_text("", encoding="utf-8")
    start = ALL["a-plain.txt"].index(QUOTE)
    values = {name: value for name, value in PASSED.items() if name not in ("type", "quote")}
    item = Item("accreditation", values, QUOTE, start, start + len(QUOTE))
    Found("langextract 0", {"a-plain.txt": (item,)}, pieces=4, failed=1).write(other.found(folder))
    return folder

"""instructor on made-up articles: pieces, places, and what becomes of answers that cannot be used."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from eval.baselines.exchanges import Exchanges
from eval.baselines.found import Found
from eval.baselines.libraries import LIBRARIES
from eval.baselines.relay import Relay
from eval.baselines.task import WINDOW
from eval.baselines.with_instructor import place_of, windows
from pipeline.model.endpoint import Endpoint
from tests.eval.baselines.made_up_answers import PASSED, QUOTE, content
from tests.run.answering_server import AnsweringServer, Fault

TEXT = f"柳塘新闻\n{QUOTE}"
LONG = "".join(f"{number}、柳塘市第五医院的病房楼里灯火通明。" for number in range(100))


def found(tmp_path: Path, *said: Fault, text: str = TEXT) -> tuple[Found, list[dict[str, Any]]]:
    """What instructor makes of a model that says these things one after the other, and what it was sent."""

    def answer(number: int, request: Mapping[str, Any]) -> Fault:
        return said[min(number, len(said)) - 1]

    library = LIBRARIES["instructor"]
    with AnsweringServer(answer) as server:
        endpoint = Endpoint(server.url, "key", "served")
        with Relay(Exchanges(tmp_path / "kept.ndjson"), library.asked_about, endpoint) as relay:
            return library.find({"a.txt": text}, relay, "served"), server.requests


def test_a_record_is_found_with_its_place(tmp_path: Path) -> None:
    """Values as the model gives them, and where the quotation stands in the article."""
    one, requests = found(tmp_path, Fault(content=content(PASSED)))
    (item,) = one.documents["a.txt"]
    assert item.type == "accreditation" and item.values["designation"] == "国家级胸痛中心"
    assert item.start is not None and TEXT[item.start : item.end] == QUOTE
    assert (one.pieces, one.failed) == (1, 0)
    assert requests[0]["messages"][-1] == {"role": "user", "content": TEXT}
    assert requests[0]["response_format"]["type"] == "json_schema"


def test_an_answer_that_is_not_valid_is_asked_for_again(tmp_path: Path) -> None:
    """As the library does unless told otherwise: three times more."""
    wrong = Fault(content=content({**PASSED, "status": "done"}))
    one, requests = found(tmp_path, wrong, wrong, Fault(content=content(PASSED)))
    assert len(requests) == 3 and len(one.documents["a.txt"]) == 1


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        (Fault(content=content({"type": "patient"})), 4),
        (Fault(content='{"content": [', finish="length"), 1),
        (Fault(status=400, content="too long"), 1),
    ],
    ids=["never valid", "cut off", "refused"],
)
def test_a_piece_without_a_usable_answer_is_counted(tmp_path: Path, said: Fault, asked: int) -> None:
    """The library gives up on it, and the others go on."""
    one, requests = found(tmp_path, said)
    assert (one.pieces, one.failed, one.documents["a.txt"]) == (1, 1, ())
    assert len(requests) == asked


def test_pieces_hold_the_whole_text_and_end_with_sentences() -> None:
    """Nothing is lost between them, and none is longer than a window."""
    pieces = list(windows(LONG))
    assert "".join(piece for _, piece in pieces) == LONG
    assert all(LONG[start:].startswith(piece) for start, piece in pieces)
    assert len(pieces) > 2 and all(len(piece) <= WINDOW and piece.endswith("。") for _, piece in pieces)


def test_text_without_ends_is_cut_and_blank_text_is_not_asked_about() -> None:
    """A piece is never longer than a window; one without a word is no question."""
    assert [len(piece) for _, piece in windows("院" * (WINDOW + 5))] == [WINDOW, 5]
    assert list(windows("\n" * (WINDOW * 2))) == []


@pytest.mark.parametrize(
    ("quote", "place"),
    [("第五医院", (3, 8)), ("第五 医院", (3, 8)), ("第六医院", None), ("", None), (" \n", None)],
)
def test_a_quotation_is_found_across_white_space(quote: str, place: tuple[int, int] | None) -> None:
    """A line broken by the page hides nothing; another word is not found."""
    assert place_of(quote, "柳塘市第五\n医院") == place

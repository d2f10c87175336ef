"""The recorded answers that ship: every one is used, nothing private is in them, the libraries still give the same."""

import json
from functools import cache

import pytest

from eval import gold
from eval.baselines.exchanges import FOLDER, Exchanges, key_of
from eval.baselines.found import Found
from eval.baselines.libraries import LIBRARIES, Answered, answered, articles
from eval.baselines.relay import Relay
from eval.baselines.task import MAX_TOKENS
from eval.baselines.with_langextract import installed
from pipeline.model.files import DEFAULT_MODEL
from tests.run.test_run_seeds import private_numbers

RECORDED = [name for name, library in LIBRARIES.items() if library.found(FOLDER).exists()]
"""The libraries whose answers ship."""


@cache
def texts() -> dict[str, str]:
    """The bundled articles, private numbers masked."""
    return articles(gold.load())


@cache
def replayed(name: str) -> Answered:
    """What a library makes of the answers that ship."""
    return answered(LIBRARIES[name], texts())


@pytest.mark.parametrize("name", RECORDED)
def test_every_exchange_is_one_that_the_table_is_made_of(name: str) -> None:
    """No answer to an earlier prompt is left in the file, to be counted among the tokens."""
    kept = list(Exchanges(LIBRARIES[name].exchanges(FOLDER)))
    assert kept and {one.key for one in replayed(name).exchanges} == {one.key for one in kept}
    assert all(one.seconds > 0 and one.completion <= MAX_TOKENS for one in kept)


@pytest.mark.parametrize("name", RECORDED)
def test_what_a_library_makes_of_its_answers_is_what_is_kept(name: str) -> None:
    """Where the library is installed it is asked again; what it said when it was recorded is still what it says."""
    if name == "langextract" and not installed():
        pytest.skip("langextract has an environment of its own (locks/baselines.txt)")
    kept = Found.read(LIBRARIES[name].found(FOLDER))
    assert replayed(name).replayed
    assert replayed(name).found.documents == kept.documents
    assert (replayed(name).found.pieces, replayed(name).found.failed) == (kept.pieces, kept.failed)


@pytest.mark.parametrize("name", RECORDED)
def test_what_is_kept_has_places_in_the_articles(name: str) -> None:
    """All articles were read, in many pieces, and a place given is one in the article."""
    found = Found.read(LIBRARIES[name].found(FOLDER))
    assert set(found.documents) == set(texts()) and found.pieces > 30
    for document, items in found.documents.items():
        for item in items:
            assert (item.start is None) is (item.end is None)
            if item.start is not None and item.end is not None:
                assert texts()[document][item.start : item.end].strip()


@pytest.mark.parametrize("name", RECORDED)
def test_the_request_that_is_shown_is_one_that_was_answered(name: str) -> None:
    """Its hash is the key of an exchange."""
    request = json.loads(LIBRARIES[name].request(FOLDER).read_text("utf-8"))
    exchange = Exchanges(LIBRARIES[name].exchanges(FOLDER)).get(key_of(request))
    assert exchange and exchange.asked == LIBRARIES[name].asked_about(request)
    assert request["temperature"] == 0 and request["max_tokens"] == MAX_TOKENS


def test_no_private_number_is_in_what_ships() -> None:
    """The numbers of the bundled articles stand in no file of answers."""
    numbers = private_numbers()
    shipped = "".join(path.read_text("utf-8") for path in sorted(FOLDER.iterdir()))
    assert numbers and not [number for number in numbers if number in "".join(shipped.split())]


@pytest.mark.parametrize("name", RECORDED)
def test_no_private_number_reaches_a_prompt(name: str) -> None:
    """Nor do they stand in anything that a library sends."""
    library = LIBRARIES[name]
    if not library.installed():
        pytest.skip("langextract has an environment of its own (locks/baselines.txt)")
    with Relay(Exchanges(library.exchanges(FOLDER)), library.asked_about) as relay:
        library.find(texts(), relay, DEFAULT_MODEL.name)
        sent = json.dumps(relay.requests, ensure_ascii=False).replace("\\n", "")
    numbers = private_numbers()
    assert len(relay.requests) > 30 and numbers
    assert not [number for number in numbers if number in "".join(sent.split())]

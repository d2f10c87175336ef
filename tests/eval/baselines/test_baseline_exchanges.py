"""Recorded exchanges: found again by what was sent, whole after a crash, with nothing secret in them."""

from pathlib import Path

import pytest

from eval.baselines.exchanges import Exchange, Exchanges, key_of
from eval.errors import EvalError

ONE = Exchange("k1", "第一段", '{"content": []}', prompt=10, completion=3, seconds=1.5)
CUT = Exchange("k2", "第二段\u2028同一段", '{"content": [', finish="length")


def test_what_was_kept_is_found_again_in_the_order_asked(tmp_path: Path) -> None:
    """A file written by one process is the same to the next; separators inside a text split no line."""
    path = tmp_path / "one.ndjson"
    kept = Exchanges(path)
    kept.add(CUT)
    kept.add(ONE)
    assert list(Exchanges(path)) == [CUT, ONE]
    assert Exchanges(path).get("k1") == ONE and Exchanges(path).get("k3") is None
    assert "第一段" in path.read_text("utf-8")


def test_a_request_is_the_same_in_any_order_of_its_keys() -> None:
    """The key is of the canonical form, and changes with any value."""
    assert key_of({"a": 1, "b": "院"}) == key_of({"b": "院", "a": 1})
    assert key_of({"a": 1, "b": "院"}) != key_of({"a": 1, "b": "院 "})


def test_an_answer_is_whole_only_where_the_model_ended_it() -> None:
    """Neither a refusal nor an answer at the token limit is one to read records from."""
    assert ONE.whole and not CUT.whole
    assert not Exchange("k", "", "too long", status=400).whole


def test_the_reply_says_what_the_endpoint_said() -> None:
    """Content, reason of the end and tokens of an answer; the message of an error."""
    reply = ONE.reply()
    assert reply["choices"][0]["message"]["content"] == ONE.answer
    assert (reply["choices"][0]["finish_reason"], reply["usage"]["total_tokens"]) == ("stop", 13)
    assert Exchange("k", "", "too long", status=400).reply()["error"]["message"] == "too long"


@pytest.mark.parametrize("line", ["{", "[]", '{"key": "k"}', '{"unknown": 1}'])
def test_a_line_that_is_no_exchange_is_named(tmp_path: Path, line: str) -> None:
    """A file that was damaged is not read in part."""
    path = tmp_path / "one.ndjson"
    Exchanges(path).add(ONE)
    with path.open("a", encoding="utf-8") as file:
        file.write(line + "\n")
    with pytest.raises(EvalError, match="line 2 is no exchange"):
        Exchanges(path)

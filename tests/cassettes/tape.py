"""Cassettes: what was really sent to a real model and what it answered, readable, with nothing secret in it.

A request is found by its method, its path and its body as JSON; a port or a key does not matter, and is not
kept. Bodies are kept as data, not as one line of text.
"""

import json
from pathlib import Path
from typing import Any, Final

import vcr  # type: ignore[import-untyped]
import yaml  # type: ignore[import-untyped]
from vcr.record_mode import RecordMode  # type: ignore[import-untyped]
from vcr.request import Request  # type: ignore[import-untyped]

FOLDER: Final = Path(__file__).parent
ADDRESS: Final = "http://model.invalid"


def tape(record_mode: RecordMode = RecordMode.NONE) -> vcr.VCR:
    """The recorder. In its usual mode it plays, and a request that is not on the cassette is an error."""
    recorder = vcr.VCR(
        cassette_library_dir=str(FOLDER),
        path_transformer=lambda path: f"{path}.yaml",
        serializer="readable",
        match_on=["method", "path", "json"],
        record_mode=record_mode,
        before_record_request=_public_request,
        before_record_response=_public_response,
    )
    recorder.register_serializer("readable", _Readable())
    recorder.register_matcher("json", _same_json)
    return recorder


class _Readable:
    """YAML with bodies as data and characters as they are."""

    def serialize(self, cassette: dict[str, Any]) -> str:
        """The text of a cassette."""
        for body in _bodies(cassette):
            body["json"] = json.loads(body.pop("string"))
        return str(yaml.dump(cassette, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100))

    def deserialize(self, text: str) -> dict[str, Any]:
        """The cassette of a text."""
        cassette: dict[str, Any] = yaml.safe_load(text)
        for body in _bodies(cassette):
            body["string"] = json.dumps(body.pop("json"), ensure_ascii=False)
        for exchange in cassette["interactions"]:
            exchange["request"]["body"] = exchange["request"]["body"]["string"]
        return cassette


class _Dumper(yaml.SafeDumper):  # type: ignore[misc]
    """Writes text of several lines as such."""


def _represent_text(dumper: _Dumper, text: str) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _represent_text)


def _bodies(cassette: dict[str, Any]) -> list[dict[str, Any]]:
    """The bodies of all requests and responses, each as a mapping."""
    for exchange in cassette["interactions"]:
        request = exchange["request"]
        if isinstance(request["body"], str):
            request["body"] = {"string": request["body"]}
    return [
        exchange[side]["body"] for exchange in cassette["interactions"] for side in ("request", "response")
    ]


def _public_request(request: Request) -> Request:
    return Request(request.method, f"{ADDRESS}{request.path}", request.body, {})


def _public_response(response: dict[str, Any]) -> dict[str, Any]:
    return {
        "status": response["status"],
        "headers": {"content-type": ["application/json"]},
        "body": response["body"],
    }


def _same_json(one: Request, other: Request) -> None:
    assert json.loads(one.body) == json.loads(other.body), "the bodies differ"

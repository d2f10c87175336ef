"""The example service: records in, faults or counts out, and the schemas that the package ships."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from examples import records_service
from pipeline.output.lines import to_json
from schemas import RECORD_TYPES, SCHEMA_VERSION
from tests.output.made_up_results import records


@pytest.fixture
def client() -> Iterator[TestClient]:
    """A client of the service, without a network."""
    with TestClient(records_service.service()) as one:
        yield one


def test_records_of_a_run_are_counted(client: TestClient) -> None:
    """Lines of a run's ``records.jsonl`` come back as counts by type, with the version that they were held to."""
    answer = client.post("/records", content="".join(to_json(record) + "\n" for record in records()))
    assert answer.status_code == 200
    counts = {"accreditation": 1, "metric": 1, "appointment": 1}
    assert answer.json() == {"schema_version": SCHEMA_VERSION, "records": counts}
    assert client.post("/records", content=to_json(records()[0])).json()["records"] == {"accreditation": 1}


def test_every_fault_of_every_line_is_told(client: TestClient) -> None:
    """A wrong status, a missing field and half a line are named by line and field; good lines do not hide them."""
    good = json.loads(to_json(records()[0]))
    wrong = good | {"status": "unheard"}
    del wrong["designation"]
    body = "\n".join((json.dumps(good), json.dumps(wrong), '{"type": "no'))
    answer = client.post("/records", content=body)
    assert answer.status_code == 422
    faults = [(fault["line"], fault["field"]) for fault in answer.json()["errors"]]
    assert faults == [(2, "accreditation.designation"), (2, "accreditation.status"), (3, "")]


@pytest.mark.parametrize("body", ["", "\n\n", "[]", "\xff"])
def test_what_is_no_record_is_refused(body: str, client: TestClient) -> None:
    """Nothing, a list and bytes that are no text are the sender's faults, not the service's."""
    answer = client.post("/records", content=body.encode("latin-1"))
    assert answer.status_code == 422 and answer.json()["errors"]


def test_a_request_that_is_too_large_is_refused(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sender cannot fill the service's memory."""
    monkeypatch.setattr(records_service, "MOST_BYTES", 10)
    assert client.post("/records", content=b" " * 11).status_code == 413


def test_the_schemas_are_those_of_the_package(client: TestClient) -> None:
    """Each name leads to the schema in ``schemas/json``; another name is told what there is."""
    names = client.get("/schemas").json()["schemas"]
    assert set(names) == {*RECORD_TYPES, "article", "record"}
    for name in names:
        shipped = Path(records_service.__file__).parents[1] / "schemas/json" / f"{name}.json"
        assert client.get(f"/schemas/{name}").json() == json.loads(shipped.read_text("utf-8"))
    missing = client.get("/schemas/hospital")
    assert missing.status_code == 404 and "accreditation" in missing.text


def test_the_service_needs_the_schemas_and_nothing_else_of_ours() -> None:
    """Who copies the file needs the record library, not the pipeline."""
    tree = ast.parse(Path(records_service.__file__).read_bytes())
    names = {
        node.module.partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module
    }
    assert names & {"schemas", "prompts", "pipeline", "eval"} == {"schemas"}

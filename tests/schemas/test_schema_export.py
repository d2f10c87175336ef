"""JSON Schema files: kept in step with the classes, the same on every machine, and true of the records."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import schemas
from schemas import RECORD_TYPES, SCHEMA_VERSION, fields_of, json_schemas, write_json_schemas

EXPORTED = Path(schemas.__file__).parent / "json"
ROOT = Path(schemas.__file__).parents[1]


def contents(folder: Path) -> dict[str, bytes]:
    """The files of a folder by name."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_exported_files_are_in_step(tmp_path: Path) -> None:
    """The files in schemas/json are what the classes give; ``write_json_schemas`` makes them anew."""
    folder = tmp_path / "new" / "folder"
    written = write_json_schemas(folder)
    assert sorted(path.name for path in written) == sorted(contents(folder))
    assert contents(folder) == contents(EXPORTED)


def test_there_is_a_schema_for_each_type_the_article_and_any_record() -> None:
    """Fourteen schemas, each with an id of its own that carries the version."""
    exported = json_schemas()
    assert list(exported) == [*RECORD_TYPES, "article", "record"]
    ids = [schema["$id"] for schema in exported.values()]
    assert len(set(ids)) == 14
    assert all(f":{SCHEMA_VERSION}:" in identifier for identifier in ids)


def test_schemas_do_not_depend_on_the_process() -> None:
    """Another process with another hash seed gives the same schemas, key by key."""
    code = "import json, schemas; print(json.dumps(schemas.json_schemas()))"
    found = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=os.environ | {"PYTHONHASHSEED": "7"},
        capture_output=True,
        check=True,
    )
    assert found.stdout.decode().strip() == json.dumps(json_schemas())


@pytest.mark.parametrize("name", RECORD_TYPES)
def test_a_schema_says_what_the_class_holds(name: str) -> None:
    """Fields, required ones, descriptions and choices are the class's; other fields are barred."""
    schema = json_schemas()[name]
    specs = fields_of(name)
    own = [spec.name for spec in specs]
    assert list(schema["properties"]) == ["id", "document", "type", *own, "evidence", "checks", "entities"]
    assert schema["required"] == [spec.name for spec in specs if spec.required]
    assert schema["additionalProperties"] is False
    for spec in specs:
        field = schema["properties"][spec.name]
        assert field["description"] == spec.description
        assert tuple(_enum_of(field)) == spec.choices


def _enum_of(field: dict[str, Any]) -> list[str]:
    branches = [field, *field.get("anyOf", [])]
    return next((branch["enum"] for branch in branches if "enum" in branch), [])


def test_numbers_dates_and_lists_are_described_for_other_readers() -> None:
    """What pydantic cannot see in our checks stands in the schema: number, pattern of a date, two parties."""
    exported = json_schemas()
    assert exported["metric"]["properties"]["value"]["type"] == "number"
    assert exported["project"]["properties"]["beds"]["anyOf"][0] == {"type": "number", "minimum": 0}
    assert exported["partnership"]["properties"]["parties"]["minItems"] == 2
    pattern = exported["event"]["properties"]["date"]["anyOf"][0]["pattern"]
    assert re.search(pattern, "2021-Q1")
    assert not re.search(pattern, "2021-Q5")


def test_the_union_tells_its_types_apart() -> None:
    """The record schema is one of the twelve, chosen by ``type``."""
    union = json_schemas()["record"]
    assert list(union["discriminator"]["mapping"]) == sorted(RECORD_TYPES)
    assert len(union["oneOf"]) == 12


def test_the_serialized_form_has_the_fields_too() -> None:
    """Services that publish the schema of what they send get the fields, not a bare object."""
    for model in RECORD_TYPES.values():
        sent = model.model_json_schema(mode="serialization")
        assert list(sent["properties"]) == list(model.model_json_schema()["properties"])


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    """A file in the place of the folder is told as an OSError."""
    (tmp_path / "taken").write_text("x")
    with pytest.raises(OSError, match="taken"):
        write_json_schemas(tmp_path / "taken")

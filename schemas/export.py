"""JSON Schema files of the records, for readers that are not Python."""

import json
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from schemas.article import Article
from schemas.union import RECORD_ADAPTER, RECORD_TYPES
from schemas.version import SCHEMA_VERSION


class _WithoutFieldTitles(GenerateJsonSchema):
    """Pydantic's own generator, less the titles that only repeat the field's name."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def json_schemas() -> dict[str, dict[str, Any]]:
    """JSON Schemas (2020-12) by name: each record type, ``article``, and ``record``, any of the types.

    ``$id`` carries the schema version; the same version gives the same schemas, key by key.
    """
    adapters: dict[str, TypeAdapter[Any]] = {name: TypeAdapter(model) for name, model in RECORD_TYPES.items()}
    adapters["article"] = TypeAdapter(Article)
    adapters["record"] = RECORD_ADAPTER
    return {name: _schema(name, adapter) for name, adapter in adapters.items()}


def _schema(name: str, adapter: TypeAdapter[Any]) -> dict[str, Any]:
    head = {
        "$schema": GenerateJsonSchema.schema_dialect,
        "$id": f"urn:hospital-news-records:{SCHEMA_VERSION}:{name}",
    }
    return head | adapter.json_schema(schema_generator=_WithoutFieldTitles)


def write_json_schemas(folder: Path) -> tuple[Path, ...]:
    """Write ``NAME.json`` for every schema into ``folder`` (made if need be); the paths. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, schema in json_schemas().items():
        path = folder / f"{name}.json"
        text = json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
        path.write_text(text, encoding="utf-8", newline="\n")
        paths.append(path)
    return tuple(paths)

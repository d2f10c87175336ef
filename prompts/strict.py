"""From a pydantic model to OpenAI's strict subset of JSON Schema, and the lint that proves it.

The SDK's own helper leaves ``oneOf`` and string lengths in place, so this compiler is ours. Source of the rules: OpenAI,
"Structured outputs: supported schemas".
"""

from functools import cache
from typing import Any

from pydantic import BaseModel

Schema = dict[str, Any]

_DROPPED = ("title", "default", "description", "minLength", "maxLength")
_FORBIDDEN = (
    "oneOf",
    "allOf",
    "not",
    "if",
    "then",
    "else",
    "dependentRequired",
    "dependentSchemas",
    "patternProperties",
    "$ref",
    *_DROPPED[:2],
    *_DROPPED[3:],
)


@cache
def strict_schema(model: type[BaseModel]) -> Schema:
    """JSON Schema of ``model`` in the strict subset: references inlined, every field required, nothing else.

    Raises:
        ValueError: the model cannot be said in the subset.
    """
    schema = model.model_json_schema(by_alias=True)
    definitions = schema.pop("$defs", {})
    result: Schema = _compile(schema, definitions)
    if problems := lint(result):
        raise ValueError(f"{model.__name__} is outside the strict subset: {'; '.join(problems)}")
    return result


def lint(schema: Schema) -> list[str]:
    """What in ``schema`` the strict subset does not allow; empty when all is well."""
    problems: list[str] = []
    totals = {"properties": 0, "enum": 0}
    if schema.get("type") != "object":
        problems.append("the root is not an object")
    _lint(schema, "$", 1, problems, totals)
    if totals["properties"] > 5000:
        problems.append(f"{totals['properties']} properties, more than 5000")
    if totals["enum"] > 1000:
        problems.append(f"{totals['enum']} enum values, more than 1000")
    return problems


def _compile(node: Any, definitions: Schema) -> Any:
    if isinstance(node, list):
        return [_compile(item, definitions) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return _compile(definitions[node["$ref"].removeprefix("#/$defs/")], definitions)
    if "const" in node:
        node = {**{key: value for key, value in node.items() if key != "const"}, "enum": [node["const"]]}
    if "properties" in node:
        properties = {name: _compile(value, definitions) for name, value in node["properties"].items()}
        return {
            "type": "object",
            "properties": properties,
            "required": list(properties),
            "additionalProperties": False,
        }
    return {key: _compile(value, definitions) for key, value in node.items() if key not in _DROPPED}


def _lint(node: Any, path: str, depth: int, problems: list[str], totals: dict[str, int]) -> None:
    if isinstance(node, list):
        for item in node:
            _lint(item, path, depth, problems, totals)
        return
    if not isinstance(node, dict):
        return
    problems.extend(f"{path}: {word} is not allowed" for word in _FORBIDDEN if word in node)
    totals["enum"] += len(node.get("enum", ()))
    if node.get("type") == "object":
        _lint_object(node, path, depth, problems, totals)
    for key in ("items", "anyOf"):
        _lint(node.get(key), f"{path}.{key}", depth, problems, totals)


def _lint_object(node: Schema, path: str, depth: int, problems: list[str], totals: dict[str, int]) -> None:
    properties = node.get("properties", {})
    totals["properties"] += len(properties)
    if depth > 10:
        problems.append(f"{path}: deeper than 10 levels")
    if node.get("additionalProperties") is not False:
        problems.append(f"{path}: additionalProperties is not false")
    if list(node.get("required", ())) != list(properties):
        problems.append(f"{path}: not every property is required")
    for name, child in properties.items():
        _lint(child, f"{path}.{name}", depth + 1, problems, totals)

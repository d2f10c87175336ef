"""What an answer may be: the shape, its schema in the strict subset, and the lint that proves the subset."""

import json
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field, ValidationError

from pipeline.profiles import PROFILES
from prompts.asked import ASKED, MAX_CITED, MAX_LIST, MAX_RECORDS, MAX_SENTENCES, answer_model
from prompts.strict import lint, strict_schema

GROUPS = {(kind,) for kind in ASKED} | {group for profile in PROFILES.values() for group in profile.groups}
FACT: dict[str, Any] = {"句": [1], "机构": "该院", "名称": "夜间门诊", "时间": ""}


def answer(*facts: dict[str, Any]) -> str:
    """An answer about services."""
    return json.dumps({"服务": facts}, ensure_ascii=False)


@pytest.mark.parametrize("group", sorted(GROUPS), ids="+".join)
def test_the_schema_of_every_question_is_in_the_strict_subset(group: tuple[str, ...]) -> None:
    """Each type and each profile's group passes the lint, without a reference left in it."""
    schema = strict_schema(answer_model(group))
    assert lint(schema) == []
    assert "$ref" not in json.dumps(schema) and "$defs" not in schema
    assert list(schema["properties"]) == schema["required"]


def test_the_schema_is_the_same_for_chunks_of_any_length() -> None:
    """Providers keep a schema as part of the prefix: it must not change from chunk to chunk."""
    schemas = [strict_schema(answer_model(("event", "case"), last)) for last in (1, 7, MAX_SENTENCES)]
    assert schemas[0] == schemas[1] == schemas[2]


@pytest.mark.parametrize("last", [1, 2, MAX_SENTENCES])
def test_a_citation_beyond_the_chunk_is_refused(last: int) -> None:
    """A chunk's last sentence can be cited, the one after it cannot."""
    model = answer_model(("service",), last)
    model.model_validate_json(answer({**FACT, "句": [last]}))
    with pytest.raises(ValidationError):
        model.model_validate_json(answer({**FACT, "句": [last + 1]}))


REFUSED: dict[str, str] = {
    "no citation": answer({**FACT, "句": []}),
    "sentence 0": answer({**FACT, "句": [0]}),
    "a negative sentence": answer({**FACT, "句": [-1]}),
    "a number as text": answer({**FACT, "句": ["1"]}),
    "a number with a fraction": answer({**FACT, "句": [1.5]}),
    "too many citations": answer({**FACT, "句": [1] * (MAX_CITED + 1)}),
    "an unknown key": answer({**FACT, "备注": ""}),
    "no name": answer({key: value for key, value in FACT.items() if key != "名称"}),
    "no citation among several sentences": answer({key: value for key, value in FACT.items() if key != "句"}),
    "null": answer({**FACT, "时间": None}),
    "a number for text": answer({**FACT, "名称": 1}),
    "a list for text": answer({**FACT, "名称": ["夜间门诊"]}),
    "too many facts": answer(*[FACT] * (MAX_RECORDS + 1)),
    "another type": json.dumps({"任职": []}, ensure_ascii=False),
    "a type more": json.dumps({"服务": [], "任职": []}, ensure_ascii=False),
    "nothing": "{}",
    "a list": "[]",
}


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED.keys())
def test_an_answer_out_of_shape_is_refused(text: str) -> None:
    """Whatever a server promised, the shape is checked here in full."""
    with pytest.raises(ValidationError):
        answer_model(("service",), 3).model_validate_json(text, strict=True)


def test_what_a_sentence_does_not_say_may_be_left_out() -> None:
    """Of one sentence only the key field is needed; what is left out is empty, and the sentence is cited."""
    read = answer_model(("service",), 1).model_validate_json(answer({"名称": "夜间门诊"}), strict=True)
    ((kind, fact),) = read.facts()
    assert (kind, fact.sentences, fact.model_dump()["organization"]) == ("service", (1,), "")


def test_a_list_is_bounded() -> None:
    """A list field takes as many entries as it says, and no more."""
    fact: dict[str, Any] = {"句": [1], "方式": "签约", "事项": "", "时间": ""}
    model = answer_model(("partnership",), 1)
    for entries in (0, MAX_LIST):
        model.model_validate_json(json.dumps({"合作": [{**fact, "各方": ["甲"] * entries}]}), strict=True)
    with pytest.raises(ValidationError):
        model.model_validate_json(json.dumps({"合作": [{**fact, "各方": ["甲"] * (MAX_LIST + 1)}]}))


def test_facts_come_with_their_type_in_the_order_of_the_question() -> None:
    """An answer's facts are listed by type, as asked."""
    text = json.dumps({"服务": [FACT, FACT], "任职": []}, ensure_ascii=False)
    found = answer_model(("service", "appointment"), 1).model_validate_json(text).facts()
    assert [kind for kind, _ in found] == ["service", "service"]


def node(**more: Any) -> dict[str, Any]:
    """A schema that is well but for what is added to its one property."""
    return {
        "type": "object",
        "properties": {"a": {"type": "string", **more}},
        "required": ["a"],
        "additionalProperties": False,
    }


def nested(depth: int) -> dict[str, Any]:
    """Objects inside each other, so many levels."""
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(depth):
        schema = {
            "type": "object",
            "properties": {"a": schema},
            "required": ["a"],
            "additionalProperties": False,
        }
    return schema


def wide(count: int) -> dict[str, Any]:
    """An object with so many properties."""
    properties = {f"p{number}": {"type": "string"} for number in range(count)}
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


UNSOUND: dict[str, tuple[dict[str, Any], str]] = {
    **{
        word: (node(**{word: []}), f"{word} is not allowed")
        for word in (
            *("oneOf", "allOf", "not", "if", "then", "else", "dependentRequired", "dependentSchemas"),
            *("patternProperties", "title", "default", "minLength", "maxLength", "$ref"),
        )
    },
    "a root that is a list": ({"type": "array", "items": nested(1)}, "root"),
    "a root of alternatives": ({"anyOf": [nested(1)]}, "root"),
    "an open object": ({**node(), "additionalProperties": True}, "additionalProperties"),
    "an object that does not say": (
        {key: value for key, value in node().items() if key != "additionalProperties"},
        "additionalProperties",
    ),
    "a map": ({**node(), "additionalProperties": {"type": "string"}}, "additionalProperties"),
    "a property left out": ({**node(), "required": []}, "required"),
    "eleven levels": (nested(11), "deeper"),
    "too many properties": (wide(5001), "5001 properties"),
    "too many enum values": (node(enum=[str(number) for number in range(1001)]), "1001 enum values"),
    "trouble in an item": (node(items={"type": "object"}), "$.a.items"),
    "trouble in an alternative": (node(anyOf=[{"type": "string"}, {"default": 1}]), "$.a.anyOf"),
}


@pytest.mark.parametrize(("schema", "problem"), UNSOUND.values(), ids=UNSOUND.keys())
def test_the_lint_catches_what_the_subset_forbids(schema: dict[str, Any], problem: str) -> None:
    """Each thing forbidden is named with its place."""
    assert problem in "; ".join(lint(schema))


@pytest.mark.parametrize(
    "schema", [node(), nested(10), wide(5000), node(enum=[str(n) for n in range(1000)]), node(anyOf=[{}, {}])]
)
def test_the_lint_lets_through_what_is_allowed(schema: dict[str, Any]) -> None:
    """Up to each bound nothing is wrong."""
    assert lint(schema) == []


class Inner(BaseModel):
    """A part."""

    word: Annotated[str, Field(min_length=1, max_length=9, title="词")] = "x"
    kind: Literal["one"] = "one"


class Outer(BaseModel):
    """A whole, with everything the compiler has to rewrite."""

    parts: list[Inner] = Field(default_factory=list, description="部分")
    first: Inner | None = None
    title: str


def test_the_compiler_inlines_requires_and_closes() -> None:
    """References, defaults, titles and lengths go; constants become enums; a property may still be called title."""
    schema = strict_schema(Outer)
    inner = {
        "type": "object",
        "properties": {"word": {"type": "string"}, "kind": {"enum": ["one"], "type": "string"}},
        "required": ["word", "kind"],
        "additionalProperties": False,
    }
    assert schema["properties"]["parts"] == {"type": "array", "items": inner}
    assert schema["properties"]["first"] == {"anyOf": [inner, {"type": "null"}]}
    assert schema["required"] == ["parts", "first", "title"]


class Open(BaseModel):
    """A shape with an open map, which the subset cannot say."""

    words: dict[str, str]


class Choice(BaseModel):
    """A shape with a union told apart by a field: pydantic writes oneOf."""

    part: Annotated["Inner | Other", Field(discriminator="kind")]


class Other(BaseModel):
    """Another part."""

    kind: Literal["other"]


@pytest.mark.parametrize("model", [Open, Choice])
def test_a_model_that_the_subset_cannot_say_is_refused(model: type[BaseModel]) -> None:
    """Better no schema than one that a provider refuses or ignores."""
    with pytest.raises(ValueError, match="outside the strict subset"):
        strict_schema(model)

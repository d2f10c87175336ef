"""What every field says of itself: its key, its comparator, its choices, its Chinese description."""

import re
from typing import get_args

import pytest

from schemas import RECORD_TYPES, Article, FieldSpec, RecordType, fields_of
from schemas.fields import Comparator as By

TYPES = [*RECORD_TYPES, "article"]
FIELDS = [pytest.param(name, spec, id=f"{name}.{spec.name}") for name in TYPES for spec in fields_of(name)]


def names(type_name: str, **wanted: object) -> list[str]:
    """The fields of a type whose spec has all the ``wanted`` values."""
    specs = fields_of(type_name)
    return [spec.name for spec in specs if all(getattr(spec, key) == value for key, value in wanted.items())]


@pytest.mark.parametrize(
    ("name", "keys", "required", "others"),
    [
        ("appointment", "person position organization unit", "person position", "former"),
        (
            "accreditation",
            "organization unit designation status",
            "organization designation status",
            "level date issuer",
        ),
        ("honour", "recipient honour date", "recipient honour", "rank granted_by"),
        (
            "metric",
            "subject indicator value kind",
            "subject indicator value kind",
            "value_max measure qualifier period",
        ),
        ("partnership", "parties form", "parties form", "subject date status"),
        ("event", "name date", "name kind", "kind date_end place organizers participants"),
        (
            "project",
            "name status",
            "name status",
            "owner date investment_cny area area_measure beds equipment",
        ),
        ("system", "organization name", "organization name", "action date"),
        ("technique", "organization name", "organization name", "unit novelty date"),
        ("service", "organization name", "organization name", "date"),
        (
            "case",
            "patient",
            "patient",
            "age condition treatment organization unit clinicians date outcome",
        ),
        ("notice", "kind subject declarant", "kind subject", "date"),
        (
            "article",
            "",
            "",
            "title subtitle authors photographers publication date script subject_organizations",
        ),
    ],
)
def test_the_fields_are_those_of_the_guide(name: str, keys: str, required: str, others: str) -> None:
    """Each type has the guide's fields, no more, with the guide's keys and required fields."""
    assert names(name, key=True) == keys.split()
    assert names(name, required=True) == required.split()
    assert names(name, key=False) == others.split()


@pytest.mark.parametrize(("name", "spec"), FIELDS)
def test_a_field_is_judged_as_what_it_is(name: str, spec: FieldSpec) -> None:
    """Closed lists, numbers, dates and truth values are judged as such, and nothing else is."""
    numbers = {"value", "value_max", "investment_cny", "area", "beds", "age"}
    assert bool(spec.choices) == (spec.comparator is By.ENUM)
    assert (spec.name in numbers) == (spec.comparator is By.NUMBER)
    assert (spec.name in {"date", "date_end", "period"}) == (spec.comparator is By.DATE)
    assert (spec.name == "former") == (spec.comparator is By.BOOLEAN)


@pytest.mark.parametrize(("name", "spec"), FIELDS)
def test_a_field_is_described_in_chinese(name: str, spec: FieldSpec) -> None:
    """Each field has a Chinese description, which explains every value of a closed list."""
    assert re.search(r"[\u4e00-\u9fff]{2}", spec.description)
    for choice in spec.choices:
        assert re.search(rf"\b{choice} [\u4e00-\u9fff]", spec.description), choice


def test_names_are_judged_as_names() -> None:
    """Persons, organizations, and fields that can hold either have comparators of their own."""
    judged = {f"{name}.{spec.name}": spec for name in TYPES for spec in fields_of(name)}
    either = {name for name, spec in judged.items() if spec.comparator is By.PERSON_OR_ORGANIZATION}
    assert either == {"honour.recipient", "event.organizers", "event.participants"}
    people = {name for name, spec in judged.items() if spec.comparator is By.PERSON}
    assert people == {"appointment.person", "case.clinicians", "article.authors", "article.photographers"}
    for name, spec in judged.items():
        if name.endswith(
            (".organization", ".unit", ".owner", ".issuer", ".granted_by", ".declarant", ".parties")
        ):
            assert spec.comparator is By.ORGANIZATION, name


def test_lists_are_told_from_single_values() -> None:
    """Fields that hold several values say so."""
    many = {f"{name}.{spec.name}" for name in TYPES for spec in fields_of(name) if spec.many}
    assert many == {
        "partnership.parties",
        "event.organizers",
        "event.participants",
        "project.equipment",
        "case.clinicians",
        "article.authors",
        "article.photographers",
        "article.subject_organizations",
    }


def test_the_choices_are_those_of_the_guide() -> None:
    """The closed lists hold the guide's values in the guide's order."""
    choices = {f"{name}.{spec.name}": " ".join(spec.choices) for name in TYPES for spec in fields_of(name)}
    assert {field: values for field, values in choices.items() if values} == {
        "accreditation.level": "international national provincial municipal county",
        "accreditation.status": "planned started applied passed awarded renewed held",
        "metric.kind": "level increase decrease multiple share",
        "metric.qualifier": "exact about at_least at_most",
        "partnership.form": "trusteeship joint alliance agreement assistance exchange other",
        "partnership.status": "planned active",
        "event.kind": "meeting visit ceremony launch training review campaign other",
        "project.status": "planned started completed in_use",
        "system.action": "launched upgraded in_use planned",
        "notice.kind": "lost_document lost_seal other",
        "article.script": "hans hant",
    }


def test_every_type_is_listed_once() -> None:
    """The names as a type, the classes by name and what the classes say of themselves agree."""
    assert tuple(RECORD_TYPES) == get_args(RecordType)
    assert [get_args(model.model_fields["type"].annotation) for model in RECORD_TYPES.values()] == [
        (name,) for name in RECORD_TYPES
    ]
    labels = {model.label for model in RECORD_TYPES.values()} | {Article.label}
    assert len(labels) == 13


def test_an_unknown_type_is_named_with_the_known_ones() -> None:
    """Asking for the fields of no type says which types there are."""
    with pytest.raises(ValueError, match="'rumour' is no record type; there are appointment, "):
        fields_of("rumour")

"""The labelling interface of Label Studio for the records: an XML file to paste into a project's settings."""

from typing import Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from pipeline.output.labels import TYPES, field_label
from schemas import RECORD_TYPES, Comparator, FieldSpec, fields_of

TEXT: Final = "text"
LABELS: Final = "label"
PLACE: Final = "place"
"""The label of a span where a value stands; its relation to the record names the field."""
EVIDENCE: Final = "evidence"
"""The relation between a record's first span and the others that state it."""
FOUND: Final = "found"
"""How a value stands at its place: the status of its check."""
ELSEWHERE: Final = "-elsewhere"
"""Behind a status: the check names no place, its span is that of the record."""
STATUSES: Final = ("verbatim", "derived", "resolved", f"derived{ELSEWHERE}", f"resolved{ELSEWHERE}")
BOOLEANS: Final = ("true", "false")


def control(type_name: str, field: str) -> str:
    """The name of a field's control: ``accreditation.status``."""
    return f"{type_name}.{field}"


def choices_of(spec: FieldSpec) -> tuple[str, ...]:
    """What can be chosen in a field, nothing where it is typed."""
    return BOOLEANS if spec.comparator is Comparator.BOOLEAN else spec.choices


def label_config() -> str:
    """The configuration: a label per record type, fields as choices and text by region, relations by field."""
    view = Element("View")
    labels = SubElement(view, "Labels", name=LABELS, toName=TEXT)
    for name in RECORD_TYPES:
        SubElement(labels, "Label", value=name, hint=TYPES[name])
    SubElement(labels, "Label", value=PLACE, hint="值所在处")
    SubElement(view, "Text", name=TEXT, value="$text", granularity="symbol")
    relations = SubElement(view, "Relations")
    fields = {spec.name for name in RECORD_TYPES for spec in fields_of(name)}
    for value in (EVIDENCE, *sorted(fields)):
        SubElement(relations, "Relation", value=value)
    _choices(view, FOUND, PLACE, STATUSES, "依据")
    for name in RECORD_TYPES:
        for spec in fields_of(name):
            _field(view, name, spec)
    indent(view)
    return tostring(view, encoding="unicode") + "\n"


def _field(view: Element, type_name: str, spec: FieldSpec) -> None:
    named, title = control(type_name, spec.name), field_label(type_name, spec.name)
    if choices := choices_of(spec):
        _choices(view, named, type_name, choices, title)
    else:
        area = SubElement(
            view,
            "TextArea",
            name=named,
            toName=TEXT,
            perRegion="true",
            whenTagName=LABELS,
            whenLabelValue=type_name,
            editable="true",
            placeholder=title,
        )
        if not spec.many:
            area.set("maxSubmissions", "1")


def _choices(view: Element, name: str, label: str, choices: tuple[str, ...], title: str) -> None:
    SubElement(view, "Header", value=title, size="5")
    made = SubElement(
        view,
        "Choices",
        name=name,
        toName=TEXT,
        perRegion="true",
        whenTagName=LABELS,
        whenLabelValue=label,
        showInline="true",
    )
    for value in choices:
        SubElement(made, "Choice", value=value)

"""Label Studio and back: records come home as they left, and annotations become decisions."""

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.cli import main
from pipeline.review.journal import read
from pipeline.review.label_config import choices_of, label_config
from pipeline.review.label_studio import more_of, records_in, result_of
from schemas import RECORD_TYPES, AnyRecord, Comparator, FieldSpec, fields_of, parse_record
from tests.review.desk import review
from tests.review.made_up_run import HOSPITAL, OFFERED, span, write_run

DOCUMENT = "a.txt"
CHARACTERS = st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp", "Cf"))
WORDS = st.text(CHARACTERS, min_size=1, max_size=8)
NUMBERS = st.integers(0, 10**12) | st.floats(0, 10**9, allow_nan=False)


def value_of(spec: FieldSpec, kind: str) -> st.SearchStrategy[Any]:
    """Values of a field, and none where it may be left open."""
    if choices_of(spec):
        plain: st.SearchStrategy[Any] = (
            st.booleans() if spec.comparator is Comparator.BOOLEAN else st.sampled_from(spec.choices)
        )
    elif spec.comparator is Comparator.DATE:
        plain = st.sampled_from(["2023", "2023-05", "2023-05-12", "2023-Q1", "--05-12"])
    elif spec.comparator is Comparator.NUMBER:
        plain = NUMBERS
    elif spec.many:
        return st.lists(
            WORDS, min_size=2 if kind == "partnership" and spec.required else 0, max_size=3, unique=True
        )
    else:
        plain = WORDS
    # A field with a default is never open: exact, false.
    return plain if RECORD_TYPES[kind].model_fields[spec.name].default is not None else st.none() | plain


@st.composite
def a_record(draw: st.DrawFn, text: str, number: int) -> AnyRecord:
    """A record of any type, with evidence and checks that lie in ``text``."""
    kind = draw(st.sampled_from(sorted(RECORD_TYPES)))
    specs = fields_of(kind)
    values: dict[str, Any] = {spec.name: draw(value_of(spec, kind)) for spec in specs}
    values.pop("value_max", None)
    values.pop("date_end", None)
    spans = st.tuples(st.integers(0, len(text) - 1), st.integers(1, 9)).map(
        lambda pair: (pair[0], min(pair[0] + pair[1], len(text)))
    )
    pieces = draw(st.lists(spans, min_size=1, max_size=3))
    checks = []
    for name in draw(st.lists(st.sampled_from([spec.name for spec in specs]), max_size=4)):
        where = draw(st.none() | spans)
        status = draw(st.sampled_from(["verbatim", "derived", "resolved"][where is None :]))
        start, end = where or (None, None)
        checks.append({"field": name, "status": status, "start": start, "end": end})
    evidence = [{"start": start, "end": end, "text": text[start:end]} for start, end in pieces]
    head = {"id": f"{kind}-{number}", "document": DOCUMENT, "type": kind}
    return parse_record(head | values | {"evidence": evidence, "checks": checks})


@st.composite
def a_document(draw: st.DrawFn) -> tuple[str, list[AnyRecord]]:
    """A text and its records."""
    text = draw(st.text(CHARACTERS | st.sampled_from("\n\r\t 🏥"), min_size=1, max_size=30))
    return text, [draw(a_record(text, number)) for number in range(draw(st.integers(0, 4)))]


@given(a_document())
def test_records_come_back_as_they_went(made: tuple[str, list[AnyRecord]]) -> None:
    """Values, evidence and checks, of every type and with any characters, through JSON."""
    text, records = made
    sent = json.loads(json.dumps({"result": result_of(records), "more": more_of(records)}))
    assert records_in(sent["result"], DOCUMENT, text, sent["more"], "here") == records


def test_the_configuration_knows_every_type_field_and_choice() -> None:
    """Whatever a task holds has its control; each control its label."""
    root = ElementTree.fromstring(label_config())
    controls = {one.get("name"): one for one in root.iter() if one.tag in ("TextArea", "Choices")}
    for name in RECORD_TYPES:
        for spec in fields_of(name):
            control = controls.pop(f"{name}.{spec.name}")
            assert control.get("whenLabelValue") == name
            assert tuple(str(one.get("value")) for one in control) == choices_of(spec)
    assert set(controls) == {"found"}
    labels = {one.get("value") for one in root.iter("Label")}
    assert labels == {*RECORD_TYPES, "place"}


def annotated(run: Path, file: Path) -> list[dict[str, Any]]:
    """The tasks of a run, the prediction of each taken over as its annotation."""
    assert main(["review", str(run), "--label-studio", str(file)]) == 0
    assert file.with_suffix(".xml").read_text("utf-8") == label_config()
    tasks: list[dict[str, Any]] = json.loads(file.read_text("utf-8"))
    for task in tasks:
        task["annotations"] = [{"result": task["predictions"][0]["result"]}]
    return tasks


def taken(run: Path, file: Path, tasks: Any) -> int:
    """Take annotated tasks over; the exit code."""
    file.write_text(json.dumps(tasks), "utf-8")
    return main(["review", str(run), "--from-label-studio", str(file), "--reviewer", "周一"])


def test_an_annotation_becomes_decisions(tmp_path: Path) -> None:
    """What stayed is accepted, what changed corrected, what is gone rejected, what is new added; once, not twice."""
    run, file = write_run(tmp_path / "run", ("a.txt", "b.txt")), tmp_path / "tasks.json"
    tasks = annotated(run, file)
    del tasks[1]["annotations"]
    result = tasks[0]["annotations"][0]["result"]
    result[:] = [part for part in result if "metric-a.txt" not in (part.get("id"), part.get("from_id"))]
    for part in result:
        if part.get("from_name") == "accreditation.status":
            part["value"]["choices"] = ["awarded"]
    start, end = span(OFFERED)
    head = {"id": "kX3_new", "to_name": "text"}
    result += [
        head
        | {
            "from_name": "label",
            "type": "labels",
            "value": {"start": start, "end": end, "labels": ["service"]},
        },
        head | {"from_name": "service.organization", "type": "textarea", "value": {"text": [HOSPITAL]}},
        head | {"from_name": "service.name", "type": "textarea", "value": {"text": "夜间门诊"}},
    ]
    assert taken(run, file, tasks) == 0
    assert [(one.kind, one.record) for one in read(run)] == [
        ("correct", "accreditation-a.txt"),
        ("reject", "metric-a.txt"),
        ("add", "label-studio-kX3_new"),
    ]
    assert dict(read(run)[0].values) == {"status": "awarded"}
    assert taken(run, file, tasks) == 0
    assert len(read(run)) == 3
    with review(run) as decide:
        items = decide.desk.state(decide.desk.run.documents[0]).items
    assert [(item.record.type, item.status) for item in items] == [
        ("accreditation", "corrected"),
        ("metric", "rejected"),
        ("service", "added"),
    ]


def test_a_review_goes_out_and_comes_back_without_a_new_decision(tmp_path: Path) -> None:
    """What was decided here is the annotation there, and says nothing new when it returns."""
    run, file = write_run(tmp_path / "run"), tmp_path / "tasks.json"
    with review(run) as decide:
        decide("correct", "accreditation-a.txt", values={"unit": "呼吸科"})
        decide("accept", "metric-a.txt")
    assert main(["review", str(run), "--label-studio", str(file)]) == 0
    assert taken(run, file, json.loads(file.read_text("utf-8"))) == 0
    assert len(read(run)) == 2


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        pytest.param(
            lambda task: task["data"].update(document="z.txt"), "no document of that name", id="name"
        ),
        pytest.param(lambda task: task["data"].update(text="x"), "not that of a.txt", id="text"),
        pytest.param(
            lambda task: task["annotations"][0]["result"].append({"type": "labels"}),
            "labelling configuration",
            id="shape",
        ),
        pytest.param(
            lambda task: task["annotations"][0]["result"][0]["value"].update(end=10**6),
            "record is not valid",
            id="beyond the text",
        ),
        pytest.param(
            lambda task: task["annotations"][0]["result"][0]["value"].update(labels=["service"]),
            "record is not valid",
            id="a type without its fields",
        ),
    ],
)
def test_a_foreign_annotation_is_refused_whole(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], spoil: Any, words: str
) -> None:
    """The task is named, and nothing of the file reaches the journal."""
    run, file = write_run(tmp_path / "run"), tmp_path / "tasks.json"
    tasks = annotated(run, file)
    spoil(tasks[0])
    assert taken(run, file, tasks) == 2
    told = capsys.readouterr().err
    assert "task 1" in told and words in told
    assert read(run) == ()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "Export from Label Studio as JSON"),
        ("{}", "Export from Label Studio as JSON"),
        ("[1]", "Export from Label Studio as JSON"),
        ("[{}]", "task 1: this is no task"),
        ('[{"data": 1, "annotations": []}]', "task 1: this is no task"),
        ('[{"data": {}, "annotations": [1]}]', "task 1: this is no task"),
        ('[{"data": {"more": 3}, "annotations": []}]', "task 1: this is no task"),
        ('[{"data": {}, "annotations": [{"result": [1]}]}]', "no document of that name"),
    ],
)
def test_what_is_no_list_of_tasks_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str, words: str
) -> None:
    """With the way to get one, or the number of the task."""
    run, file = write_run(tmp_path / "run"), tmp_path / "tasks.json"
    file.write_text(content, "utf-8")
    assert main(["review", str(run), "--from-label-studio", str(file)]) == 2
    assert words in capsys.readouterr().err


def test_a_document_has_one_annotation(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two tasks about one document would contradict each other."""
    run, file = write_run(tmp_path / "run"), tmp_path / "tasks.json"
    assert taken(run, file, annotated(run, file) * 2) == 2
    assert "task 2: a.txt has an annotation" in capsys.readouterr().err


def test_what_is_half_decided_goes_out_as_a_prediction(tmp_path: Path) -> None:
    """It stands there as it is now, and only a person's annotation there says that it is done."""
    run, file = write_run(tmp_path / "run"), tmp_path / "tasks.json"
    with review(run) as decide:
        decide("reject", "metric-a.txt", reason="重复")
    assert main(["review", str(run), "--label-studio", str(file)]) == 0
    (task,) = json.loads(file.read_text("utf-8"))
    assert "annotations" not in task
    heads = {one["id"] for one in task["predictions"][0]["result"] if one.get("from_name") == "label"}
    assert heads == {"accreditation-a.txt", "accreditation-a.txt.c1"}

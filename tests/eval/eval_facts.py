"""Made-up facts for the tests of the harness, and ways to draw them at random."""

from typing import Any

from hypothesis import strategies as st

from eval.facts import DocumentFacts, Fact, Spans
from schemas import fields_of

PEOPLE = ("张伟", "張偉", "张强", "李明芳")
BODIES = ("东海市第一医院", "東海市第一醫院", "西海大学", None)
POSTS = ("主任", "副主任", "主任医师", "主任委员")
UNITS = ("骨科", "康复科", None)
DATES = ("2023", "2023-05", "2023-05-06", "2022", None)


def fact(kind: str, /, spans: Spans = (), **values: Any) -> Fact:
    """A fact with the fields given; the others are null."""
    return Fact(kind, {spec.name: values.get(spec.name) for spec in fields_of(kind)}, spans)


def post(person: str, position: str, organization: str | None = None, **more: Any) -> Fact:
    """An appointment."""
    return fact(
        "appointment", person=person, position=position, organization=organization, former=False, **more
    )


def document(*records: Fact, name: str = "made-up.txt", **more: Any) -> DocumentFacts:
    """The facts of one document."""
    return DocumentFacts(name, records=records, **more)


appointments = st.builds(
    post,
    st.sampled_from(PEOPLE),
    st.sampled_from(POSTS),
    st.sampled_from(BODIES),
    unit=st.sampled_from(UNITS),
)
events = st.builds(
    lambda name, date, kind, participants: fact(
        "event", name=name, date=date, kind=kind, participants=participants or None
    ),
    st.sampled_from(("骨科学术会议", "骨科学术年会", "义诊活动")),
    st.sampled_from(DATES),
    st.sampled_from(("meeting", "campaign")),
    st.lists(st.sampled_from(PEOPLE), max_size=3, unique=True).map(tuple),
)
facts = st.lists(appointments | events, max_size=7)

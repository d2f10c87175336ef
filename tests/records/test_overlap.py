"""One phrase in two types is one of them, where the guide says which; otherwise both stand."""

from typing import Any

import pytest

from pipeline.records.overlap import settle
from schemas import RECORD_TYPES, AnyRecord, Evidence

HERE = Evidence(start=0, end=13, text="云河市人民医院创建胸痛中心")
THERE = Evidence(start=40, end=52, text="云河市人民医院建成感染楼")


def record(kind: str, evidence: Evidence = HERE, **values: Any) -> AnyRecord:
    """A record of a type that cites one place."""
    return RECORD_TYPES[kind](document="a.txt", evidence=(evidence,), **values)  # type: ignore[return-value]


STATUS = record(
    "accreditation", organization="云河市人民医院", designation="国家级胸痛中心", status="started"
)
BUILT: dict[str, Any] = {"name": "胸痛中心", "owner": "云河市人民医院", "status": "started"}


def test_a_status_is_no_building() -> None:
    """A project that is the title of an accreditation, there or elsewhere, is kept apart, with the reason."""
    kept, (apart,) = settle([STATUS, record("project", **BUILT)])
    assert settle([STATUS, record("project", THERE, **BUILT)])[0] == (STATUS,)
    assert kept == (STATUS,)
    assert (apart.type, apart.evidence, apart.document) == ("project", (HERE,), "a.txt")
    assert "国家级胸痛中心" in apart.reasons[0]


def test_a_system_is_no_service() -> None:
    """What is a system under the same name is no service."""
    system = record("system", organization="云河市人民医院", name="导诊系统", action="launched")
    kept, apart = settle([record("service", organization="云河市人民医院", name="导诊系统"), system])
    assert kept == (system,)
    assert [one.type for one in apart] == ["service"]


def test_an_organization_is_no_status() -> None:
    """What other records call an organization is not the title of an accreditation."""
    wrong = record(
        "accreditation", organization="云河市人民医院", designation="江州大学附属医院", status="passed"
    )
    post = record("appointment", person="许明", position="院长", organization="江州大学附属医院")
    kept, (apart,) = settle([post, wrong])
    assert kept == (post,) and "江州大学附属医院" in apart.reasons[0]


@pytest.mark.parametrize(
    "other",
    [
        record("project", **BUILT, beds=60),
        record("project", **{**BUILT, "name": "感染楼"}),
        record("service", organization="云河市人民医院", name="胸痛绿色通道"),
    ],
    ids=["with beds", "another name", "another type"],
)
def test_what_may_stand_beside_each_other_does(other: AnyRecord) -> None:
    """Nothing is taken away without its reason."""
    assert settle([STATUS, other]) == ((STATUS, other), ())

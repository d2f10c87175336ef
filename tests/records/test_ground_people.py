"""Persons over sentences, posts with a unit in them, and what a copy says under the wrong key."""

from pipeline.records.candidate import Candidate
from pipeline.records.check import check
from pipeline.records.draft import Reading
from pipeline.records.ground import ground
from schemas import Rejected
from tests.records.answered import document, fact, grounded

LIST = "石一鸣是云岭县中医院院长。他还担任江东省医学会会员、青岚县抗癌协会理事。各科主任到会。"


def posts(text: str, cited: str, people: tuple[str, ...], **copied: str) -> Candidate:
    """The candidate of a post in the sentence with ``cited``, in a document whose answers name ``people``."""
    read = document(text)
    (number,) = (each.number for each in read.sentences if cited in each.text)
    return ground(
        "appointment",
        fact("appointment", (number,), **copied),
        read.sentences,
        Reading.of(read, people),
        1,
    )


def test_posts_of_somebody_who_is_not_named_are_those_of_the_one_told_of_last() -> None:
    """The person is resolved, and the check says so without a place."""
    candidate = posts(LIST, "担任", ("石一鸣",), position="理事", organization="青岚县抗癌协会")
    assert candidate.values["person"] == "石一鸣"
    assert [(one.status, one.start) for one in candidate.checks if one.field == "person"] == [
        ("resolved", None)
    ]


def test_nobody_is_made_up_for_a_post() -> None:
    """A sentence that does not tell who takes a post gives none, nor does one after two persons."""
    assert posts(LIST, "各科", ("石一鸣",), position="主任").values["person"] is None
    two = "院长石一鸣和书记何知远到会。他还担任江东省医学会会员。"
    named = ("石一鸣", "何知远")
    assert posts(two, "担任", named, position="会员").values["person"] is None
    assert isinstance(check(posts(two, "担任", named, position="会员")), Rejected)


def test_a_name_does_not_take_the_next_word_with_it() -> None:
    """Of two copies the one that stands more often in the document is the name."""
    text = "院长石鸣介绍情况。石鸣说，石鸣院长很忙。"
    candidate = posts(text, "介绍", ("石鸣介", "石鸣"), person="石鸣介", position="院长")
    assert candidate.values["person"] == "石鸣"


def test_a_name_does_not_take_the_verb_of_speech_with_it() -> None:
    """``石鸣说`` is nobody's name, also where the name stands alone nowhere."""
    candidate = grounded("云岭县中医院院长石鸣说，很好。", "appointment", person="石鸣说", position="院长")
    assert candidate.values["person"] == "石鸣"


def test_a_post_leaves_its_unit_to_the_unit() -> None:
    """``心内科主任`` is the post ``主任`` in the unit ``心内科``."""
    candidate = grounded(
        "云岭县中医院心内科主任石一鸣说。", "appointment", person="石一鸣", position="心内科主任"
    )
    assert (candidate.values["position"], candidate.values["unit"]) == ("主任", "心内科")


def test_what_is_counted_is_not_whom_it_measures() -> None:
    """What is counted is read off the words before the number, whichever field it was copied into."""
    text = "云岭县中医院全年门诊量12万人次。"
    swapped = grounded(text, "metric", indicator="", subject="全年门诊量", value="12万人次").values
    assert (swapped["indicator"], swapped["subject"]) == ("门诊量", "云岭县中医院")
    stayed = grounded(text, "metric", indicator="", subject="云岭县中医院", value="12万人次").values
    assert (stayed["indicator"], stayed["subject"]) == ("门诊量", "云岭县中医院")


def test_a_year_is_no_value() -> None:
    """The digits of a date count nothing."""
    candidate = grounded("云岭县中医院2021年建成门诊楼。", "metric", indicator="门诊楼", value="2021")
    assert any("2021" in reason for reason in candidate.reasons)


def test_a_hospital_is_not_what_it_builds() -> None:
    """Another name of an organization is no building, nor is an organization itself."""
    text = "云岭县中医院（云中医院）建成门诊楼，云中医院启用。"
    for name in ("云中医院", "云岭县中医院"):
        assert isinstance(check(grounded(text, "project", name=name, status="建成")), Rejected)
    assert not isinstance(check(grounded(text, "project", name="门诊楼", status="建成")), Rejected)


def test_a_town_holds_no_status() -> None:
    """A bare place copied as the organization stands for the body that the sentence speaks of."""
    text = "云岭县中医院通过国家胸痛中心认证。"
    values = grounded(text, "accreditation", organization="云岭县", designation="国家胸痛中心").values
    assert values["organization"] == "云岭县中医院"

"""Where a happening was held, who held it, what it is called, and that it is told of once."""

import pytest

from pipeline.records.check import check
from pipeline.records.merge import merge
from schemas import Event, Rejected
from tests.records.answered import grounded

HELD = "3月2日，岚溪县第一医院与柳塘镇卫生院签约仪式暨联合病房揭牌仪式在柳塘镇卫生院隆重举行。"


@pytest.mark.parametrize(
    ("text", "name", "place"),
    [
        (HELD, "签约仪式", "柳塘镇卫生院"),
        ("近日，岚溪市护理学会年会在临州召开。", "岚溪市护理学会年会", "临州"),
        ("岚溪县第一医院举行表彰大会，授牌仪式在我院多功能厅举行。", "授牌仪式", "岚溪县第一医院多功能厅"),
        ("岚溪县第一医院于近日举行表彰大会。", "表彰大会", None),
    ],
)
def test_a_place_stands_before_the_verb(text: str, name: str, place: str | None) -> None:
    """What stands between 在 and the verb is the place; a time is none, and 我院 is the hospital."""
    assert grounded(text, "event", name=name).values["place"] == place


def test_a_name_with_two_halves_is_one() -> None:
    """暨 joins what is one happening."""
    found = grounded(HELD, "event", name="岚溪县第一医院与柳塘镇卫生院签约仪式")
    assert found.values["name"] == "岚溪县第一医院与柳塘镇卫生院签约仪式暨联合病房揭牌仪式"


@pytest.mark.parametrize(
    ("text", "organizers"),
    [
        (HELD, ()),
        ("岚溪县第一医院主办的护理论坛在临州举行。", ("岚溪县第一医院",)),
        ("由岚溪县第一医院承办的护理论坛在临州举行。", ("岚溪县第一医院",)),
    ],
)
def test_who_holds_it_is_told_by_a_verb(text: str, organizers: tuple[str, ...]) -> None:
    """Parties that sign are there; who holds it does so by a verb."""
    found = grounded(
        text, "event", name="仪式" if text == HELD else "护理论坛", organizers=["岚溪县第一医院"]
    )
    assert found.values["organizers"] == organizers


def test_a_ceremony_told_of_again_is_the_same_with_all_who_came() -> None:
    """``揭牌仪式`` is the one that the text has named before; a guest of either sentence came to it."""
    text = "岚溪县第一医院胸痛中心揭牌仪式举行，石一鸣致辞。揭牌仪式由尤立主持。"
    told = [
        check(grounded(text, "event", cited, name=name, participants=[guest]))
        for cited, name, guest in (
            ("石一鸣", "岚溪县第一医院胸痛中心揭牌仪式", "石一鸣"),
            ("尤立", "揭牌仪式", "尤立"),
        )
    ]
    (found,) = merge(one for one in told if not isinstance(one, Rejected))
    assert isinstance(found, Event)
    assert (found.name, found.participants) == ("岚溪县第一医院胸痛中心揭牌仪式", ("石一鸣", "尤立"))


def test_a_society_is_no_happening() -> None:
    """A body that holds a meeting is not the meeting."""
    text = "6月2日，岚溪市抗癌协会年会在临州举行。"
    assert isinstance(check(grounded(text, "event", name="岚溪市抗癌协会")), Rejected)

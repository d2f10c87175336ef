"""Lists are split: what the model left out of one, and what stands beside it and is no item."""

from typing import Any

import pytest

from pipeline.records.lists import beside, completed, examples_of, fellows
from prompts.asked import ASKED, Asked

# text, the item that was copied, the others
LISTS = [
    ("建成国家级胸痛中心、房颤中心、创伤中心，获好评。", "国家级胸痛中心", ("房颤中心", "创伤中心")),
    ("（肿瘤中心、麻醉疼痛中心和重症监护中心）通过验收", "麻醉疼痛中心", ("重症监护中心", "肿瘤中心")),
    ("上线“随访管理系统”“病房呼叫系统”，建立", "随访管理系统", ("病房呼叫系统",)),
    ("开展义诊活动、党日活动等。", "义诊活动", ("党日活动",)),
    ("建成胸痛中心，门诊楼竣工。", "胸痛中心", ()),
    ("建成胸痛中心、门诊大楼。", "胸痛中心", ()),
    ("没有这一项。", "胸痛中心", ()),
]


@pytest.mark.parametrize(("text", "item", "others"), LISTS)
def test_the_fellows_of_an_item_share_its_head(text: str, item: str, others: tuple[str, ...]) -> None:
    """Items between the same signs under the same head word; nothing that is another thing or another clause."""
    assert fellows(text, item) == others


def told(kind: str, **values: Any) -> tuple[str, Asked]:
    """A fact as the model copied it."""
    model = ASKED[kind]
    empty = {
        name: [] if "list" in str(field.annotation) else "" for name, field in model.model_fields.items()
    }
    return kind, model.model_construct(**(empty | {"sentences": [1]} | values))


def test_every_item_of_a_list_becomes_a_fact() -> None:
    """What holds of the one that was copied holds of its fellows; those that were copied are not doubled."""
    text = "云岭县中医院获批省级胸痛中心、卒中中心、创伤中心。"
    facts = [told("accreditation", designation=name) for name in ("省级胸痛中心", "创伤中心")]
    found = [fact.designation for _, fact in completed(facts, text)]  # type: ignore[attr-defined]
    assert sorted(found) == sorted(["省级胸痛中心", "创伤中心", "卒中中心"])


def test_two_posts_in_one_copy_are_two_facts() -> None:
    """``主任兼副院长`` is two posts of one person; 兼职 is a word."""
    text = "云岭县中医院心内科主任兼副院长石一鸣，兼职教授尤立到会。"
    facts = [
        told("appointment", person="石一鸣", position="主任兼副院长"),
        told("appointment", person="尤立", position="兼职教授"),
    ]
    found = [(fact.person, fact.position) for _, fact in completed(facts, text)]  # type: ignore[attr-defined]
    assert found == [("石一鸣", "主任"), ("石一鸣", "副院长"), ("尤立", "兼职教授")]


@pytest.mark.parametrize(
    ("text", "told", "bodies"),
    [
        (
            "岚溪市人民医院、云岭县中医院与柳塘大学附属医院签约。",
            ["云岭县中医院", "柳塘大学附属医院"],
            ("云岭县中医院", "柳塘大学附属医院", "岚溪市人民医院"),
        ),
        ("岚溪市人民医院在会上，与云岭县中医院签约。", ["云岭县中医院"], ("云岭县中医院",)),
        ("岚溪市人民医院与云岭县中医院签约。", ["双方"], ("双方",)),
    ],
)
def test_bodies_in_one_breath_act_together(text: str, told: list[str], bodies: tuple[str, ...]) -> None:
    """Those beside one that was copied are added; none from another clause, and none beside what names nobody."""
    assert beside(text, told) == bodies


def test_all_posts_before_a_name_are_held() -> None:
    """A post cut short is made whole, and the others of the list are added, of that person alone."""
    text = "云岭县中医院党委副书记、院长石一鸣，党委委员、副院长庄可久等出席。"
    facts = [
        told("appointment", person="石一鸣", position="副书记"),
        told("appointment", person="庄可久", position="副院长"),
    ]
    found = {(fact.person, fact.position) for _, fact in completed(facts, text)}  # type: ignore[attr-defined]
    assert found == {
        ("石一鸣", "党委副书记"),
        ("石一鸣", "院长"),
        ("庄可久", "党委委员"),
        ("庄可久", "副院长"),
    }


def test_other_facts_pass_as_they_are() -> None:
    """Nothing is lost and nothing made of what stands in no list."""
    facts = [told("honour", honour="先进集体"), told("metric", value="30例", indicator="手术")]
    assert list(completed(facts, "云岭县中医院手术30例，获评先进集体。")) == facts


def test_what_a_list_names_before_the_word_for_all_of_it_is_told() -> None:
    """``甲、乙等特色服务`` are the services 甲 and 乙."""
    text = "医院开展无痛分娩、产后瑜伽、新生儿抚触等特色服务项目。"
    found = [fact.name for _, fact in completed([told("service", name="特色服务")], text)]  # type: ignore[attr-defined]
    assert found == ["特色服务", "无痛分娩", "产后瑜伽", "新生儿抚触"]
    assert examples_of("医院开展特色服务。", "特色服务") == ()


def test_each_winner_of_a_list_has_won() -> None:
    """Persons in a list before the verb each got what was granted."""
    text = "石一鸣、尤立、葛知秋等3名同志被授予“岚溪最美护士”称号。"
    found = [fact.recipient for _, fact in completed([told("honour", honour="岚溪最美护士")], text)]  # type: ignore[attr-defined]
    assert found[1:] == ["石一鸣", "尤立", "葛知秋"]

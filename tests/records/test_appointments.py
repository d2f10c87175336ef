"""Where a post is held, in the lists of guests that reports print; and posts that a model leaves out."""

import pytest

from pipeline.records.check import check
from pipeline.records.draft import Reading
from pipeline.records.ground import ground
from pipeline.records.posts import read_off
from schemas import Rejected
from tests.records.answered import document, fact, grounded

LIST = (
    "岚溪三院院长石一鸣、党委书记尤立，市委书记顾长宁、副市长康宁，岚溪县卫生健康局局长葛知秋出席签约仪式。"
)
# post, person, where it is held
GUESTS = [
    ("院长", "石一鸣", "岚溪三院"),
    ("党委书记", "尤立", "岚溪三院"),
    ("市委书记", "顾长宁", None),
    ("副市长", "康宁", None),
    ("局长", "葛知秋", "岚溪县卫生健康局"),
]


@pytest.mark.parametrize(("post", "person", "body"), GUESTS)
def test_each_guest_has_the_body_before_the_post(post: str, person: str, body: str | None) -> None:
    """A post without a body has that of the item before it; a post of government none, unless it is printed."""
    text = f"柳塘市第五医院胸痛联盟成立。{LIST}"
    found = grounded(text, "appointment", "岚溪三院", person=person, position=post)
    assert found.values["organization"] == body


def test_somebody_elses_post_is_not_taken() -> None:
    """Where the copied post stands only behind the person, the one printed before the name is right."""
    text = "省民政厅规划处副处长石一鸣，岚溪县卫生健康局副主任尤立参加。"
    found = grounded(text, "appointment", "石一鸣", person="石一鸣", position="副主任")
    assert found.values["position"] == "副处长"


@pytest.mark.parametrize(
    ("text", "post"),
    [
        ("柳塘市第五医院院长顾长宁，云岭公司总工石一鸣参加。", None),
        ("柳塘市第五医院院长顾长宁，云岭公司总经理石一鸣参加。", "总经理"),
        ("柳塘市第五医院副院长顾长宁、石一鸣参加。", "副院长"),
    ],
)
def test_a_post_before_another_name_is_that_persons(text: str, post: str | None) -> None:
    """The neighbour's post is not taken, unless two names share it."""
    read = document(text)
    told = fact("appointment", person="石一鸣", position="副院长" if "副" in text else "院长")
    people = Reading.of(read, ["石一鸣", "顾长宁"])
    assert ground("appointment", told, read.sentences, people, 1).values["position"] == post


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("急诊科副主任石一鸣介绍，绿色通道已开通。", [("石一鸣", "副主任", "急诊科")]),
        ("医院院长尤立、党委副书记顾长宁出席。", [("尤立", "院长", ""), ("顾长宁", "党委副书记", "")]),
        ("引进石一鸣院士团队。", [("石一鸣", "院士", "")]),
        ("院长高度重视这项工作。", []),
        ("召开院长办公会。", []),
        ("心内科主任查房，副院长马上带队，护士长安排，主任应邀，新一届院长任期，副院长白天在。", []),
        ("该院院长高兴地说，主任党员，院长时任，主任包括。", []),
    ],
)
def test_posts_before_names_are_read_off(text: str, told: list[tuple[str, str, str]]) -> None:
    """A post, a surname and the word behind the name tell of somebody; what is no name is left alone."""
    found = read_off([], document(text).sentences)
    assert [(each.person, each.position, each.unit) for each in found] == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("柳塘市第五医院骨科石一鸣主任倡议。", [("石一鸣", "主任", "柳塘市第五医院", "骨科")]),
        (
            "会上，柳塘大学附院尤立、顾长宁教授授课。",
            [("顾长宁", "教授", "柳塘大学附院", ""), ("尤立", "教授", "柳塘大学附院", "")],
        ),
        ("心内科主任石一鸣教授介绍。", [("石一鸣", "主任", "", "心内科"), ("石一鸣", "教授", "", "")]),
        ("宣传部部长、安全科长、应急办主任、荣获教授、康复科主任到会。", []),
    ],
)
def test_titles_behind_names_are_read_off(text: str, told: list[tuple[str, str, str, str]]) -> None:
    """With the body and the unit before the name; several names share the title; a post of an office is nobody's."""
    found = read_off([], document(text).sentences)
    assert [(each.person, each.position, each.organization, each.unit) for each in found] == told


def test_a_title_behind_a_name_stays_beside_the_post_before_it() -> None:
    """``副主任石一鸣教授`` holds two, and the builder does not take one for the other."""
    text = "柳塘市第五医院骨科副主任石一鸣教授介绍。"
    found = grounded(text, "appointment", "石一鸣", person="石一鸣", position="教授")
    assert found.values["position"] == "教授"


def test_a_person_who_is_told_of_is_not_told_again() -> None:
    """What the model has copied stands; a longer copy of the name counts too."""
    sentences = document("院长尤立出席。").sentences
    assert not list(
        read_off([("appointment", fact("appointment", person="尤立", position="院长"))], sentences)
    )


OFFICIALS = "柳塘镇党委书记康宁、党委副书记兼镇长葛知秋，岚溪三院党委书记石一鸣，副书记、院长尤立出席。"


@pytest.mark.parametrize(
    ("post", "person", "body"),
    [
        ("党委书记", "康宁", "柳塘镇"),
        ("党委书记", "石一鸣", "岚溪三院"),
        ("院长", "尤立", "岚溪三院"),
    ],
)
def test_a_place_has_posts_and_a_guest_that_of_the_guest_before(post: str, person: str, body: str) -> None:
    """A town's posts are held there; a guest whose posts name no body has that of the guest before."""
    found = grounded(OFFICIALS, "appointment", person=person, position=post)
    assert found.values["organization"] == body


def test_a_post_of_another_clause_is_somebody_elses() -> None:
    """A post that stands only in a clause before somebody's is not his."""
    text = "岚溪三院院长石一鸣致辞，尤立、康宁参加。"
    assert isinstance(check(grounded(text, "appointment", person="尤立", position="院长")), Rejected)
    assert not isinstance(check(grounded(text, "appointment", person="石一鸣", position="院长")), Rejected)

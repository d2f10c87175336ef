"""The organizations and people of a document: full names, short forms, words that point at one."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.document.text import Sentence
from pipeline.records.names import Names, is_organization
from pipeline.records.organizations import abbreviates, names_in
from pipeline.records.people import is_person, strip_titles
from tests.records.answered import document as read


def document(*paragraphs: str) -> Names:
    """The names of a document; ``|`` divides a paragraph into sentences, which are counted from 1, ``#`` begins a heading."""
    rows = [(block, text) for block, each in enumerate(paragraphs, 1) for text in each.split("|")]
    return Names.of(
        [
            Sentence(
                number, text.lstrip("#"), tuple(range(len(text))), "article", block, (), text.startswith("#")
            )
            for number, (block, text) in enumerate(rows, 1)
        ]
    )


def found(text: str) -> list[str]:
    """The names that the grammar finds in a text."""
    return [text[start:end] for start, end in names_in(text)]


def table(*rows: tuple[object, ...]) -> list[object]:
    """Rows of a table test; the first entry of each is the sentence that names it."""
    return [pytest.param(*values, id=str(sentence)) for sentence, *values in rows]


@pytest.mark.parametrize(
    ("text", "names"),
    table(
        ("after a preposition", "在云河市人民医院工作", ["云河市人民医院"]),
        (
            "two joined by a word",
            "由云河大学口腔医院与临江市第二医院合办",
            ["云河大学口腔医院", "临江市第二医院"],
        ),
        ("a list", "临江市中医院、青石县妇幼保健院参加", ["临江市中医院", "青石县妇幼保健院"]),
        ("after a verb", "专家走进青石县人民医院", ["青石县人民医院"]),
        ("after what was heard", "他得知青石县人民医院有专家", ["青石县人民医院"]),
        ("after «as well as»", "参观新设备以及青石县人民医院", ["青石县人民医院"]),
        ("after a number", "选派70余名医师前往云河市第一医院进修", ["云河市第一医院"]),
        (
            "a word in a name that could end one",
            "云河市和平医院与临江同济医院",
            ["云河市和平医院", "临江同济医院"],
        ),
        ("a city whose name holds a border word", "赴石家庄市第九医院考察", ["石家庄市第九医院"]),
        (
            "an owner and its hospital are one name",
            "云河医科大学附属临江医院落成",
            ["云河医科大学附属临江医院"],
        ),
        ("a branch of a hospital is one name", "云河大学肿瘤医院临江医院开工", ["云河大学肿瘤医院临江医院"]),
        ("a state's body begins at the state", "顺利地接到国家卫生健康委通知", ["国家卫生健康委"]),
        ("a society without its branch", "云河省医学会骨科分会委员", ["云河省医学会"]),
        ("a unit is no part of the name", "云河市人民医院胸痛中心成立", ["云河市人民医院"]),
        ("a government", "云河市人民政府与临江市卫健委签约", ["云河市人民政府", "临江市卫健委"]),
        ("a hospital called a centre", "与云河市妇女儿童医疗中心签约", ["云河市妇女儿童医疗中心"]),
        ("a status called a centre", "获批国家儿童医学中心", []),
        ("a company", "云河市安康药业有限公司捐赠", ["云河市安康药业有限公司"]),
        ("no one in particular", "三级甲等医院和乡镇卫生院的综合医院", []),
        ("students are no school", "云河市大学生", []),
        ("hospitals in general", "提升医院管理水平", []),
        ("nothing", "", []),
    ),
)
def test_names_in(text: str, names: list[str]) -> None:
    """A name ends with its last word and begins behind the nearest word that cannot be in it."""
    assert found(text) == names


@pytest.mark.parametrize(
    ("short", "full", "is_short"),
    table(
        ("first characters of its parts", "云大附院", "云河大学附属医院", True),
        ("the city's word and the number", "市二院", "云河市第二医院", True),
        ("without the city's name", "市第二医院", "云河市第二医院", True),
        ("the county's hospital", "县医院", "青石县人民医院", True),
        ("without its owner", "云河儿童医院", "云河医科大学附属云河儿童医院", True),
        ("a short owner", "云大口腔医院", "云河大学口腔医院", True),
        ("two characters", "和院", "和安国际医院", True),
        ("an office", "市卫健委", "云河市卫生健康委员会", True),
        ("an owner is not its branch", "云河儿童医院", "云河儿童医院临江医院", False),
        ("an owner inside is not its branch", "儿童医院", "云河儿童医院临江医院", False),
        ("traditional medicine is another hospital", "市第一医院", "云河市第一中医院", False),
        ("a centre is not traditional medicine", "市第一中医院", "云河市第一中心医院", False),
        ("a party committee is no office", "市委", "云河市卫生健康委", False),
        ("a capital's hospital is no short form", "北京医院", "北京大学第一医院", False),
        ("another number", "市三院", "云河市第二医院", False),
        ("another last word", "市二所", "云河市第二医院", False),
        ("no one in particular", "人民医院", "云河市人民医院", False),
        ("the same name", "云河市第二医院", "云河市第二医院", False),
        ("a torn name of one character", "民医院", "云河市人民医院", False),
        ("a word in the city's name", "市院", "城安市第二医院", False),
    ),
)
def test_abbreviates(short: str, full: str, is_short: bool) -> None:
    """A short form has characters of the full name in order, and what tells that hospital from others."""
    assert abbreviates(short, full) is is_short


ONE = document(
    "云河市人民医院（白桦国际医院）是三甲医院。|白院心内科成立于1990年。|我院与临江市第二医院签约。|该院的院长来访。",
    "云河市人民医院胸痛中心通过认证。|市人民医院再获殊荣，全院振奋。|胸痛中心获奖。",
    "记者走进“云河市人民医院”，白院已经建成新楼。|云河市人民政府发文。|我市医疗机构受益。",
)


@pytest.mark.parametrize(
    ("printed", "sentence", "name", "how"),
    table(
        ("a full name", "云河市人民医院", 1, "云河市人民医院", "verbatim"),
        ("with its bracket", "云河市人民医院（白桦国际医院）", 1, "云河市人民医院", "verbatim"),
        ("with marks and spaces", "“云河市 人民医院”", 8, "云河市人民医院", "verbatim"),
        ("the name in the bracket", "白桦国际医院", 1, "云河市人民医院", "resolved"),
        ("a short form of the name in the bracket", "白院", 2, "云河市人民医院", "resolved"),
        ("without the city", "市人民医院", 6, "云河市人民医院", "resolved"),
        ("we", "我院", 3, "云河市人民医院", "resolved"),
        ("the one last named", "该院", 4, "临江市第二医院", "resolved"),
        ("the whole hospital", "全院", 6, "云河市人民医院", "resolved"),
        ("nothing printed", "", 7, "云河市人民医院", "resolved"),
        ("only a unit printed", "胸痛中心", 7, "云河市人民医院", "resolved"),
        ("with its unit", "云河市人民医院胸痛中心", 5, "云河市人民医院", "verbatim"),
        ("a word too many before it", "走进云河市人民医院", 8, "云河市人民医院", "verbatim"),
        ("a short government", "市政府", 9, "云河市人民政府", "resolved"),
        ("our city", "我市", 10, "云河市", "resolved"),
        ("a name that the document does not use otherwise", "青石县中医院", 3, "青石县中医院", "verbatim"),
        ("both sides", "双方", 3, None, "resolved"),
        ("a sentence that there is not", "我院", 99, None, "resolved"),
    ),
)
def test_resolve_organization(printed: str, sentence: int, name: str | None, how: str) -> None:
    """What is printed becomes the fullest name that the document uses, and never one from elsewhere."""
    resolved = ONE.resolve_organization(printed, sentence)
    assert (resolved.name, resolved.how) == (name, how)


MANY = document(
    "云河市人民医院与临江市第二医院签约。|我院心内科参加。",
    "青石县中医院门诊量达5万人次，是从前的2倍。|住院量达1万人次。|该院扩建。|与云河市人民医院共建骨科。",
    "天气晴朗。|全院振奋。",
    "临江市第二医院和云河市人民医院互派医师。|手术量上升，临江市中医院到场。",
)


@pytest.mark.parametrize(
    ("printed", "sentence", "name"),
    table(
        ("we are the last in the paragraph", "我院", 2, "临江市第二医院"),
        ("nothing printed is whom the paragraph begins with", "", 4, "青石县中医院"),
        ("nothing printed is not a partner named last", "", 6, "青石县中医院"),
        ("that hospital is the last", "该院", 5, "青石县中医院"),
        ("no hospital in the paragraph", "全院", 8, None),
        ("nothing printed in such a paragraph", "", 7, None),
        ("no city of which there is most", "我市", 10, None),
    ),
)
def test_a_document_about_several_hospitals(printed: str, sentence: int, name: str | None) -> None:
    """Where no hospital has most of the mentions, only the paragraph can tell, or it stays open."""
    assert MANY.principal is None
    assert MANY.resolve_organization(printed, sentence).name == name


@pytest.mark.parametrize(
    "opening",
    [
        # A title names one hospital; no other is named more often.
        ("#云河市人民医院再添新楼", "临江市第二医院到场祝贺。"),
        # A profile presents its hospital, whatever others it names.
        (
            "云河市人民医院始建于1952年，是临江市第二医院的合作医院，也是青石县中医院的合作医院。",
            "临江市第二医院来访。",
        ),
    ],
    ids=["in the title", "in the opening of a profile"],
)
def test_the_hospital_of_title_or_opening_is_the_one_spoken_of(opening: tuple[str, ...]) -> None:
    """Where none has most of the mentions, a title or a profile's opening tells whom words like 医院 mean."""
    names = document(*opening, "门诊量达5万人次。")
    assert names.principal == "云河市人民医院"
    assert names.resolve_organization("", 3).name == "云河市人民医院"


def test_a_hospital_may_be_called_by_its_number() -> None:
    """``青石二医`` is one, where the text says it more than once; ``三医联动`` and ``名医`` are none."""
    names = document("青石二医召开表彰大会。|青石二医再上台阶，三医联动。", "门诊量达5万人次。")
    assert names.principal == "青石二医"
    assert names.resolve_organization("", 3).name == "青石二医"
    assert "帮助" not in "".join(names.counts) and set(names.counts) == {"青石二医"}


def test_an_ambiguous_short_form_stays() -> None:
    """A short form of two hospitals is neither."""
    names = document("云河市第二医院和临江市第二医院参加。|市二院获奖。")
    assert names.resolve_organization("市二院", 2).name == "市二院"


def test_an_owner_is_not_expanded_by_its_branch() -> None:
    """The owner of a branch keeps the name it is given, though the branch has a fuller one."""
    names = document("云河医科大学附属云河儿童医院临江医院开诊。|云河儿童医院托管云河儿童医院临江医院。")
    assert names.full_name("云河儿童医院") == "云河儿童医院"
    assert names.full_name("云河儿童医院临江医院") == "云河医科大学附属云河儿童医院临江医院"


def test_a_name_called_short_in_brackets() -> None:
    """What the brackets call a short form is one, whatever it looks like."""
    names = document("云河市白桦康复医院（以下简称“白康”）开诊。|白康有床位。")
    assert names.full_name("白康") == "云河市白桦康复医院"


def test_a_bracket_that_is_no_name_is_none() -> None:
    """A remark in brackets behind a hospital does not become another name of it."""
    names = document("云河市人民医院（左三为院长）获奖。")
    assert names.aliases() == {}


@pytest.mark.parametrize(
    ("printed", "parts"),
    table(
        ("a hospital and its centre", "云河市人民医院胸痛中心", ("云河市人民医院", "胸痛中心")),
        ("a hospital and its department", "临江市第二医院心内科", ("临江市第二医院", "心内科")),
        ("a team that is a centre", "云河市人民医院胸痛中心团队", ("云河市人民医院", "胸痛中心")),
        ("with the bracket between", "云河市人民医院（白桦国际医院）骨科", ("云河市人民医院", "骨科")),
        ("a short form before it", "白院骨科", ("白院", "骨科")),
        ("a word that points", "该院急诊科", ("该院", "急诊科")),
        ("only a unit", "心血管内科", ("", "心血管内科")),
        ("only a hospital", "云河医科大学附属临江医院", ("云河医科大学附属临江医院", "")),
        ("a society's branch", "云河省医学会骨科分会", ("云河省医学会", "骨科分会")),
        ("a society's committee", "云河省医学会重症医学专业委员会", ("云河省医学会", "重症医学专业委员会")),
        ("a committee of its own", "云河市质量控制委员会", ("云河市质量控制委员会", "")),
        ("nothing", "", ("", "")),
    ),
)
def test_split_unit(printed: str, parts: tuple[str, str]) -> None:
    """An organization and the unit inside it are taken apart."""
    assert ONE.split_unit(printed) == parts


@pytest.mark.parametrize(
    ("printed", "name"),
    table(
        ("a person with a title", "陈立教授", "陈立"),
        ("a hospital", "白院", "云河市人民医院"),
        ("a hospital and its unit", "白院胸痛中心", "云河市人民医院胸痛中心"),
        ("a unit of the document's hospital", "胸痛中心", "云河市人民医院胸痛中心"),
    ),
)
def test_resolve_party(printed: str, name: str) -> None:
    """Who takes part or wins is a person, or an organization with its unit."""
    assert ONE.resolve_party(printed, 7).name == name


def test_aliases_and_counts() -> None:
    """Each mention counts for the full name, and the other names are known."""
    assert ONE.principal == "云河市人民医院"
    assert set(ONE.aliases()["云河市人民医院"]) == {"白桦国际医院", "白院", "市人民医院"}
    assert ONE.counts["云河市人民医院"] == 7
    assert ONE.counts["临江市第二医院"] == 1


def test_subject_organizations() -> None:
    """A piece is about the hospital of most records, else about those with several records or mentions."""
    records = ["云河市人民医院"] * 4 + ["青石县中医院"] * 2 + ["云河省医学会"] * 9
    assert ONE.subject_organizations(records) == ("云河市人民医院",)
    assert MANY.subject_organizations(["青石县中医院"] * 3 + ["临江市第二医院"] * 3) == (
        "临江市第二医院",
        "青石县中医院",
        "云河市人民医院",
    )
    assert MANY.subject_organizations([]) == ("云河市人民医院",)


@pytest.mark.parametrize(
    ("text", "person"),
    table(
        ("two characters", "陈立", True),
        ("three characters", "王海棠", True),
        ("a double surname", "欧阳修远", True),
        ("joined by a dot", "阿依古丽·买买提", True),
        ("a form of address", "王先生", False),
        ("a disease that begins like a surname", "高血压", False),
        ("a department that begins like a surname", "房颤中心", False),
        ("a post", "主任", False),
        ("a hospital", "云河医院", False),
        ("four characters after a single surname", "陈立海棠", False),
        ("one character", "陈", False),
        ("nothing", "", False),
        ("Latin letters", "Chen", False),
    ),
)
def test_is_person(text: str, person: bool) -> None:
    """A full name begins with a surname and holds no word of places, posts or medicine."""
    assert is_person(text) is person


@pytest.mark.parametrize(
    ("text", "parts"),
    table(
        ("behind the name", "陈立教授", ("陈立", "教授")),
        ("two behind the name", "陈立副主任医师", ("陈立", "副主任医师")),
        ("before the name", "党委书记陈立", ("陈立", "党委书记")),
        ("a remark in brackets", "陈立（左三）", ("陈立", "")),
        ("no title", "陈立", ("陈立", "")),
        ("nothing but a title", "教授", ("教授", "")),
    ),
)
def test_strip_titles(text: str, parts: tuple[str, str]) -> None:
    """A title before or behind a name is told from it."""
    assert strip_titles(text) == parts


def test_is_organization() -> None:
    """A name in particular with an organization's last word is one."""
    assert is_organization("“云河市人民医院”")
    assert not is_organization("三甲医院")
    assert not is_organization("胸痛护理")


ANY = st.text(
    st.sampled_from("云河市县人民第二医院中心大学附属该我全院学会分会委员，。（）“”与在的由国家科室陈立 A1"),
    max_size=60,
)


@given(st.lists(ANY, max_size=6), ANY, st.integers(0, 7))
def test_any_text_has_an_answer(texts: list[str], printed: str, sentence: int) -> None:
    """No text makes it fail; names stand where they are said to, and a full name is its own full name."""
    names = document(*(text for text in texts if text))
    for mention in names.mentions:
        text = names.sentences[mention.sentence].text
        assert text.startswith(mention.printed, mention.start)
        assert names.full_name(mention.printed) == mention.name
        assert names.full[mention.name] == mention.name
    assert names.resolve_organization(printed, sentence).name != ""
    assert names.resolve_party(printed, sentence).name != ""
    assert all(isinstance(part, str) for part in (*names.split_unit(printed), *strip_titles(printed)))
    assert is_person(printed) in (True, False)


def test_a_long_document_is_read_in_linear_time() -> None:
    """5,000 sentences with thousands of names, and a sentence of one run, take seconds of processor time."""
    places = [chr(0x5000 + first) + chr(0x6000 + first) for first in range(2000)]
    texts = [
        f"{places[at % 2000]}市人民医院与{places[at % 1999]}市第二医院签约，我院获奖，市二院参加。"
        for at in range(5000)
    ]
    begun = time.process_time()
    names = document(*texts, "云河市人民医院管理" * 5000)
    for number in range(1, 5000, 10):
        names.resolve_organization("该院", number)
    assert time.process_time() - begun < 3
    assert len(names.counts) > 3000


def test_a_body_beside_ours_is_another() -> None:
    """``甲医院与我院`` and the place that ours went to are not the hospital whose page it is."""
    texts = (
        "临州大学第二医院与我院签约。临州大学第二医院石一鸣院长致辞。临州大学第二医院专家参观。",
        "岚溪县中心医院门诊楼前人头攒动。",
    )
    assert Names.of(read("\n\n".join(texts)).sentences).principal == "岚溪县中心医院"


def test_a_county_is_none_of_its_towns() -> None:
    """A government's name is not short for that of a place within."""
    assert not abbreviates("岚溪县人民政府", "岚溪县柳塘镇人民政府")

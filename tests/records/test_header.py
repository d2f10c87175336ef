"""The article's own line: title, bylines in the forms that newspapers print, and what metadata says."""

import pytest

from pipeline.document.text import Document
from pipeline.records.draft import Reading
from pipeline.records.ground import ground
from pipeline.records.header import article
from schemas import Article, Service
from tests.records.answered import document, fact

BODY = "\n\n柳塘市第五医院开设了夜间门诊，群众都说好。大家很高兴。\n"
# byline, authors, photographers
BYLINES = [
    ("a reporter", "本报记者 石一鸣", ["石一鸣"], []),
    ("a reporter without a gap", "本报记者石一鸣", ["石一鸣"], []),
    ("a name printed with a gap", "本报记者 石 鸣", ["石鸣"], []),
    ("two names printed with gaps", "本报记者 石 鸣 秦 心", ["石鸣", "秦心"], []),
    ("a gap, then a full name", "本报记者 石 鸣 顾长宁", ["石鸣", "顾长宁"], []),
    ("a reporter and a correspondent", "记者 石一鸣 通讯员 顾长宁", ["石一鸣", "顾长宁"], []),
    ("both without gaps", "记者石一鸣通讯员顾长宁", ["石一鸣", "顾长宁"], []),
    ("an author", "作者：石一鸣", ["石一鸣"], []),
    ("authors with a list mark", "作者：石一鸣、顾长宁", ["石一鸣", "顾长宁"], []),
    (
        "words and pictures behind names",
        "□石一鸣 顾长宁 秦可心 文/图",
        ["石一鸣", "顾长宁", "秦可心"],
        ["石一鸣", "顾长宁", "秦可心"],
    ),
    ("words and pictures behind a name with a gap", "□石 鸣 文/图", ["石鸣"], ["石鸣"]),
    ("words and pictures before names", "文/图 石一鸣", ["石一鸣"], ["石一鸣"]),
    ("words and pictures without a mark", "石一鸣 顾长宁 文/图", ["石一鸣", "顾长宁"], ["石一鸣", "顾长宁"]),
    ("words by one, pictures by another", "文/石一鸣 图/顾长宁", ["石一鸣"], ["顾长宁"]),
    ("pictures by two, in brackets", "（本文照片由石一鸣、顾长宁摄）", [], ["石一鸣", "顾长宁"]),
    ("a picture's credit", "石一鸣 摄", [], ["石一鸣"]),
    ("a picture by a reporter", "本报记者 石一鸣 摄", [], ["石一鸣"]),
    ("a reporter's report", "本报记者 石一鸣 报道", ["石一鸣"], []),
    ("a reporter who says something", "记者从医院了解到这些", [], []),
]


def header(text: str, metadata: dict[str, str] | None = None, **copied: object) -> Article:
    """The article of a text whose header the model answered with ``copied``."""
    read = document(text, metadata=metadata)
    return of(read, **copied)


def of(read: Document, **copied: object) -> Article:
    """The article of a document."""
    reading = Reading.of(read)
    numbers = tuple(each.number for each in read.sentences)[:4]
    candidates = [ground("article", fact("article", numbers, **copied), read.sentences, reading, 0)]
    return article(read, reading.names, candidates, [])


@pytest.mark.parametrize(
    ("byline", "authors", "photographers"), [row[1:] for row in BYLINES], ids=[row[0] for row in BYLINES]
)
def test_a_byline_names_authors_and_photographers(
    byline: str, authors: list[str], photographers: list[str]
) -> None:
    """Bylines are read by rule, whatever the model made of them."""
    found = header(f"夜间门诊开到家门口{BODY}\n{byline}\n")
    assert (list(found.authors), list(found.photographers)) == (authors, photographers)


def test_without_a_byline_the_models_copy_counts_if_it_is_a_name() -> None:
    """Copied authors are taken where no byline is printed, and only those that can be persons."""
    text = f"夜间门诊开到家门口\n\n石一鸣　医院{BODY}"
    assert header(text, authors=["石一鸣", "医院"]).authors == ("石一鸣",)


def test_a_title_that_is_not_printed_is_none() -> None:
    """A title must stand in the document as it is copied."""
    text = f"夜间门诊开到家门口{BODY}"
    assert header(text, title="夜间门诊开到家门口").title == "夜间门诊开到家门口"
    assert header(text, title="夜间门诊到家").title is None


def test_metadata_goes_before_print() -> None:
    """What came with the document as its title, publication and date is taken as it is."""
    found = header(
        f"夜间门诊开到家门口{BODY}",
        {"title": " 门诊 ", "publication": "云岭日报", "date": "2021-05-03"},
        title="夜间门诊开到家门口",
    )
    assert (found.title, found.publication, found.date) == ("门诊", "云岭日报", "2021-05-03")


def test_authors_that_metadata_names_stand_in_for_a_byline() -> None:
    """What is printed goes first; a program's or an account's name is no author."""
    told = {"author": "石一鸣; Administrator;  袁可心"}
    assert header(f"夜间门诊开到家门口{BODY}", told).authors == ("石一鸣", "袁可心")
    assert header(f"夜间门诊开到家门口\n\n□本报记者 柯宇{BODY}", told).authors == ("柯宇",)


def test_empty_or_wrong_metadata_is_passed_over() -> None:
    """A blank title and a date that is none leave the field to what is printed."""
    found = header(
        f"夜间门诊开到家门口{BODY}",
        {"title": " ", "publication": "", "date": "yesterday"},
        title="夜间门诊开到家门口",
    )
    assert (found.title, found.publication, found.date) == ("夜间门诊开到家门口", None, None)


def test_a_newspaper_is_read_off_its_reporter() -> None:
    """``云岭日报记者`` says in which paper the article stood."""
    assert header(f"夜间门诊\n\n云岭日报记者 石一鸣{BODY}").publication == "云岭日报"


def test_a_subtitle_is_not_the_title_again() -> None:
    """A subtitle loses its dash, and one that is the title is none."""
    text = f"夜间门诊开到家门口\n——柳塘市第五医院见闻{BODY}"
    assert header(text, title="夜间门诊开到家门口", subtitle="夜间门诊开到家门口").subtitle is None
    assert header(text, subtitle="柳塘市第五医院见闻").subtitle == "柳塘市第五医院见闻"


def test_names_in_notices_are_no_authors() -> None:
    """Whoever declares something lost on the same page has not written the article."""
    text = f"夜间门诊开到家门口{BODY}\n遗失声明\n记者 石一鸣遗失记者证，声明作废。\n"
    assert header(text).authors == ()


def test_script_and_subject_are_the_documents() -> None:
    """The script is told by the text, the subject by what the records are about."""
    read = document("雲嶺縣中醫院開設了夜間門診。")
    found = article(
        read,
        Reading.of(read).names,
        [],
        [Service(document="a.txt", organization="云岭县中医院", name="夜间门诊")],
    )
    assert (found.script, found.subject_organizations) == ("hant", ("云岭县中医院",))


SIGNED = [
    ("门诊大楼昨日启用。\n（康 宁）\n", ("康宁",)),
    ("门诊大楼昨日启用。\n冯晓溪 尤立 葛知秋\n", ("冯晓溪", "尤立", "葛知秋")),
    ("门诊大楼昨日启用。\n合影留念\n", ()),
    ("门诊大楼昨日启用（见图）。\n", ()),
]


@pytest.mark.parametrize(("text", "authors"), SIGNED)
def test_names_alone_at_the_end_are_the_authors(text: str, authors: tuple[str, ...]) -> None:
    """Newspapers sign a short report with names in brackets, or with several names; one bare word is none."""
    assert header(text).authors == authors


def test_a_sites_imprint_tells_source_and_day() -> None:
    """«发布时间» and «来源» of a page's head; a department that posted it is no publication, a notice's date not the article's."""
    made = "新楼启用\n发布时间：2024-03-05 来源：岚溪日报\n新楼昨日启用。\n"
    found = header(made)
    assert (found.publication, found.date) == ("岚溪日报", "2024-03-05")
    assert header(made.replace("岚溪日报", "宣传科")).publication is None


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("2024-03-05 09:12:44", "2024-03-05"),
        ("2024/3/5", "2024-03-05"),
        ("2024年3月5日", "2024-03-05"),
        ("时间：2024-03-05", "2024-03-05"),
        ("作者：石一鸣  加入时间：2024/3/5 8:21:38", "2024-03-05"),
        ("2024年3月5日至7日", None),
    ],
)
def test_a_day_alone_below_the_title_is_that_of_the_article(line: str, day: str | None) -> None:
    """It is no part of the title, and it settles the year of days in the text."""
    text = f"新楼启用\n{line}\n\n3月4日，柳塘市第五医院新楼启用，各科医护人员都到了现场。\n"
    found = header(text, title="新楼启用")
    assert (found.title, found.date) == ("新楼启用", day)


def test_a_title_is_its_whole_line() -> None:
    """Of a line of two sentences a model may copy the first."""
    text = f"喜报！柳塘市第五医院获评先进集体！{BODY}"
    assert header(text, title="喜报！").title == "喜报！柳塘市第五医院获评先进集体！"

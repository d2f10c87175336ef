"""Web pages: the article's body, what the page says of it, encodings, and markup that nobody should write."""

import pytest

from pipeline.document.inputs import html
from pipeline.document.inputs.extracted import Refused
from tests.document.inputs.web_pages import PAGES, TITLE, share_found, share_of_body

_MOST = 2_000_000
_RECALL = 0.99
_PRECISION = 0.92


@pytest.mark.parametrize("name", PAGES)
def test_the_article_is_found_without_what_stands_around_it(name: str) -> None:
    """Nearly all of the body, and nearly nothing else; each paragraph is a line, the title the first."""
    page = PAGES[name]
    text = html.extract(page.data, _MOST).text
    assert share_found(text, page) >= _RECALL
    assert share_of_body(text, page) >= _PRECISION
    lines = text.splitlines()
    assert lines[0] == TITLE
    assert not [each for each in page.noise if each in text]
    assert not [each for each in page.paragraphs if len(each) > 30 and each not in lines]


METADATA = {
    "news_site": {
        "title": TITLE,
        "author": "林小满",
        "date": "2023-03-14",
        "publication": "青禾晚报",
        "url": "https://news.example.cn/2023/03/14/1.html",
    },
    # Its title without the site's name behind it; a date in running text is left to the one who reads it.
    "portal": {"title": TITLE},
    "authority": {"title": TITLE, "date": "2023-03-14", "publication": "青禾县卫生健康局"},
}


@pytest.mark.parametrize(("name", "told"), METADATA.items(), ids=METADATA)
def test_metadata_is_what_the_page_says(name: str, told: dict[str, str]) -> None:
    """OpenGraph, JSON-LD and authorities' own names are read; nothing is guessed."""
    assert dict(html.extract(PAGES[name].data, _MOST).metadata) == told


def test_a_row_of_a_table_is_a_line() -> None:
    """The cells of a table in the article stand beside each other, parted by white space."""
    assert "青禾县人民医院　620张　通过" in html.extract(PAGES["authority"].data, _MOST).text.splitlines()


BODY = f"<h1>{TITLE}</h1>" + "<p>青禾县人民医院的朱镕先生说，新门诊楼已经启用，患者都说好。</p>" * 4
ENCODINGS = {
    "GB2312 named, more than that used": ("<meta charset=gb2312>", "gb18030", "gb18030"),
    "GBK named in the old way": (
        "<meta http-equiv='Content-Type' content='text/html; charset=GBK'>",
        "gbk",
        "gb18030",
    ),
    "no charset named": ("<script>" + "var a = 1;" * 3000 + "</script>", "gb18030", "gb18030"),
    "Big5 named": ("<meta charset='big5'>", "big5", "big5"),
    "UTF-8 although another is named": ("<meta charset=gb2312>", "utf-8", "utf-8"),
    "a mark before all": ("", "utf-8-sig", "utf-8-sig"),
    "UTF-16": ("", "utf-16", "utf-16"),
    "a charset that is not read here": ("<meta charset=shift_jis>", "utf-8", "utf-8"),
}


@pytest.mark.parametrize(("head", "codec", "name"), ENCODINGS.values(), ids=ENCODINGS)
def test_a_page_is_read_in_its_encoding(head: str, codec: str, name: str) -> None:
    """What the page names goes first, unless it is wrong; else it is what the page looks like."""
    body = BODY.replace("镕", "某") if codec == "gbk" else BODY
    if codec == "big5":
        body = body.replace("县", "縣").replace("医", "醫").replace("诊", "診").replace("楼", "樓")
        body = "".join(each for each in body if each.encode("big5", "ignore"))
    found = html.extract(f"<html><head>{head}</head><body>{body}</body></html>".encode(codec), _MOST)
    assert found.encoding == name
    assert body[4:8] in found.text and "\ufffd" not in found.text


def test_a_few_broken_bytes_do_not_cost_the_page() -> None:
    """One half of a character among thousands becomes U+FFFD."""
    page = f"<meta charset=gbk><body>{BODY * 20}</body>".encode("gb18030")
    at = page.index("患者".encode("gbk"))
    assert html.extract(page[:at] + b"\xff" + page[at:], _MOST).text.count("\ufffd") == 1


REFUSED = {
    "nested without end": ("<div>" * 100_000 + BODY).encode(),
    "a page without an article": b"<html><body><nav><a href=/></a></nav></body></html>",
    "bytes of no encoding": b"<html>" + bytes(range(0x80, 0x100)) * 40,
    "longer than any article": f"<html><body>{BODY * 20}</body></html>".encode(),
}


@pytest.mark.parametrize("data", REFUSED.values(), ids=REFUSED)
def test_a_page_that_is_none_is_refused(data: bytes) -> None:
    """The message says why, the next step what to do."""
    with pytest.raises(Refused) as refused:
        html.extract(data, 1000)
    assert refused.value.message.endswith(".") and refused.value.next_step

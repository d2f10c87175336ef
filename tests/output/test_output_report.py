"""The page: whole without a network, true to the article, and closed to whatever an article may hold."""

import base64
import gc
import hashlib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import parse_qs

from pipeline.document.text import Source
from pipeline.output.report import MOST, write
from pipeline.output.stored import Stored
from pipeline.records.stated import Called
from schemas import Accreditation, Article, Failure, Rejected
from tests.output.html_page import Page
from tests.output.made_up_results import FAILURE, HOSPITAL, TEXT, document, evidence, result, summary
from tests.output.stored_results import files, pages

HOSTILE = (
    "</script><script>alert(1)</script>\"><img src=x onerror=alert(2)>' onmouseover='alert(3)"
    "\u2028<!-- ]]> {{ 7 * 7 }} {% raw %} &lt; &#60;b> </div></body>\u202e\n"
)


def rendered(*results: Any, **changes: Any) -> str:
    """The page of a run of few documents."""
    page, others = pages(*results, **changes)
    assert not others
    return page


def hostile() -> str:
    """The page of a run in which every text that comes from outside is hostile."""
    text = HOSTILE + TEXT
    made = document(text, public=text)
    source = Source(HOSTILE.strip(), HOSTILE, text, "utf-8", "0" * 64, {})
    changed = type(made)(source, text, "hans", made.sentences, ((made.dropped[0][0], HOSTILE),), 0)
    rejected = Rejected(document=HOSTILE, type="case", values={HOSTILE: HOSTILE}, reasons=(HOSTILE,))
    record = Accreditation(
        id="h-1",
        document=HOSTILE,
        organization=HOSTILE,
        designation=HOSTILE,
        status="passed",
        date="2019",
        evidence=(evidence(text, HOSTILE[:40]),),
    )
    failure = Failure(document=HOSTILE, chunk=1, type=HOSTILE, error="E", message=HOSTILE, next_step=HOSTILE)
    return rendered(
        result(
            document=changed,
            article=Article(document=HOSTILE, title=HOSTILE, authors=(HOSTILE,)),
            records=(record,),
            rejected=(rejected,),
            failures=(failure,),
        ),
        failures=(failure,),
        settings={HOSTILE: HOSTILE},
    )


def test_the_article_stands_on_the_page_as_printed() -> None:
    """The text of the left side, highlights or not, is the article character by character."""
    assert Page(rendered(result(), result("b.txt"))).articles == [TEXT, TEXT]


def test_what_may_not_be_written_out_is_not_on_the_page() -> None:
    """The page shows the masked text; the file's own is nowhere on it."""
    public = TEXT.replace("林小舟", "■■■")
    page = rendered(result(document=document(public=public), records=(), rejected=()))
    assert Page(page).articles == [public]
    assert "林小舟" not in page


def test_every_link_and_mark_has_its_counterpart() -> None:
    """Names on the page are unique; each link has a target or is a view, each highlight a row, each row a highlight."""
    page = Page(rendered(result(), result("b.txt")))
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    views = {"type", "org", "when", "doc", "record"}
    for link in page.values("href"):
        asked = parse_qs(link.removeprefix("#"))
        assert link[1:] in {"", *ids} or (asked and set(asked) <= views)
    rows = page.values("data-row")
    assert len(rows) == 2 * 4
    assert {handle for value in page.values("data-r") for handle in value.split()} == set(rows)
    assert {check.split(":")[0] for value in page.values("data-c") for check in value.split()} <= set(rows)


def test_counts_checks_and_reasons_are_on_the_page() -> None:
    """Overview, labels in both languages, signs of the checks, rejected candidates and failures are shown."""
    alias = Called(HOSPITAL, "市九院", 0, len(HOSPITAL), "declared")
    read = Page(rendered(result(bodies=((HOSPITAL, 2),), called=(alias,)), failures=(FAILURE,)))
    for part in (
        *("30 复用 · 2 新答 · 1 失败", "0 完整 · 1 部分 · 1 失败", "41.5"),
        *("认定", "accreditation", "designation", "通过", "passed", "12000", "≈"),
        *("value: 13000 is not in the cited sentences", "The answer was cut off.", "the file is empty."),
        *("profile", "2.14.3", "市九院", "周一、吴二"),
    ):
        assert part in read.words


def test_a_sentence_without_a_record_can_be_marked() -> None:
    """Sentences that no record cites carry a mark that the switch shows; dropped text says why."""
    made = result(records=(), rejected=())
    lines = tuple(
        replace(line, state="not sent" if at == 0 else "sent", reason="a heading")
        for at, line in enumerate(made.sentences)
    )
    page = Page(rendered(result(records=(), rejected=(), sentences=lines)))
    marked = [values for _, values in page.elements if "uncited" in values.get("class", "")]
    assert [(values.get("title"), values.get("data-reason")) for values in marked] == [
        ("未提问", "a heading"),
        (None, None),
        (None, None),
    ]
    assert page.values("data-missed") == ["3"]
    assert ("未读入", "printed twice") in [
        (values.get("title"), values.get("data-reason")) for _, values in page.elements
    ]


def test_the_page_needs_nothing_from_outside() -> None:
    """Links stay on the page, nothing is loaded, and the policy lets only our style and script run."""
    page = Page(rendered(result()))
    assert all(link.startswith("#") for link in page.values("href"))
    assert not page.values("src") and not page.values("style")
    (policy,) = (value for value in page.values("content") if "default-src" in value)
    assert policy.startswith("default-src 'none';")
    for name in ("style", "script"):
        (text,) = page.raw[name]
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{name}-src 'sha256-{digest}'" in policy
        assert "http" not in text and "url(" not in text and "@import" not in text


def test_a_hostile_article_stays_text() -> None:
    """Markup in the article, names, reasons and settings opens no element and sets no attribute."""
    friendly, page = Page(rendered(result(), failures=(FAILURE,))), Page(hostile())
    assert page.articles == [(HOSTILE + TEXT).replace("\0", "\ufffd")]
    assert len(page.raw["script"]) == 1 and page.raw == friendly.raw
    assert {tag for tag, _ in page.elements} <= {tag for tag, _ in friendly.elements}
    attributes = {name for _, values in page.elements for name in values}
    assert attributes <= {name for _, values in friendly.elements for name in values} | {"title"}
    assert page.values("id") and not any("alert" in value for value in page.values("id"))


def test_what_has_no_place_in_a_file_is_replaced() -> None:
    """A NUL and half a surrogate pair become U+FFFD, and the page can be written."""
    page = rendered(result(document=document("甲\0乙\ud800丙\n末"), records=(), rejected=(), sentences=()))
    assert Page(page).articles == ["甲\ufffd乙\ufffd丙\n末"]
    assert page.encode()


def test_beyond_fifty_documents_each_has_a_file_of_its_own() -> None:
    """The index links to every document's page and holds the data of all records; no page has two documents."""
    results = [result(f"{at}.txt") for at in range(MOST + 2)]
    failures = tuple(Failure(document=f"f{at}", error="E", message="No.") for at in range(MOST + 3))
    page, others = pages(*results, failures=failures)
    assert list(others) == [f"{number:04}.html" for number in range(1, MOST + 3)]
    assert all(Page(each).articles == [TEXT] for each in others.values())
    index = Page(page)
    assert not index.articles
    links = [link for link in index.values("href") if not link.startswith("#")]
    assert links == [f"report/{name}" for name in others]
    assert len(index.records) == 3 * (MOST + 2)
    assert {each["href"] for tag, each in Page(others["0007.html"]).elements if "href" in each} >= {
        "../report.html"
    }
    assert "更多见 failures.jsonl" in page


def test_the_documents_of_a_large_run_are_in_memory_one_at_a_time() -> None:
    """While the pages of eighty documents are written, no more than two documents are kept."""
    kept: list[int] = []
    index: list[str] = []
    with TemporaryDirectory() as folder:
        run = files(Path(folder), (result(f"{at}.txt") for at in range(MOST + 30)))

        def write_page(name: str, pieces: Iterable[str]) -> None:
            assert "".join(pieces)
            if name.endswith("0.html"):
                kept.append(sum(isinstance(each, Stored) for each in gc.get_objects()))

        write(run, summary(), write=index.append, write_page=write_page)
    assert len(kept) == 8
    assert max(kept) <= 2


def test_a_run_without_documents_has_a_page() -> None:
    """Where nothing could be read the page says so instead of showing an empty table."""
    page = rendered(failures=(FAILURE,), records={})
    assert not Page(page).articles
    assert "未能读取的文档" in page

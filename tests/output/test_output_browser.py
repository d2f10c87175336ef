"""The page of a run in a browser: views by the address, keys, clicks; nothing that an article says is run, and nothing leaves."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.output.report import MOST
from pipeline.output.write import Writer
from pipeline.results import DocumentResult
from schemas import Accreditation, Check, Evidence
from tests.eval.report_browser import CHROMIUM, Tab, browser
from tests.output.made_up_results import HOSPITAL, TEXT, document, evidence, records, result, summary
from tests.output.test_output_report import HOSTILE, hostile

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here to open the report in")

SHOWN = """[...document.querySelectorAll("[data-row]")].filter(one => one.checkVisibility())
  .map(one => one.dataset.row)"""
FOUND = """[...document.querySelectorAll("#found li a")].map(one => one.hash.match(/record=([^&]*)/)[1])"""
CHOSEN = """[...document.querySelectorAll("[data-row].on")].map(one => one.dataset.row)"""
AT = "new URLSearchParams(location.hash.slice(1))"
OTHER = "青禾市第二医院"


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    """One browser for all."""
    with browser(tmp_path_factory.mktemp("profile")) as made:
        yield made


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The report of three documents: records of 2019, of 2021 to 2023, without a date, and none at all."""
    return _report(
        tmp_path_factory.mktemp("few"), result(), _dated("b.txt"), result("c.txt", records=(), rejected=())
    )


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The index of more documents than one page shows."""
    return _report(tmp_path_factory.mktemp("many"), *(result(f"{at}.txt") for at in range(MOST + 5)))


def _report(out: Path, *results: DocumentResult) -> str:
    with Writer(out) as writer:
        for each in results:
            writer.add(each)
        counts = Counter(record.type for each in results for record in each.records)
        writer.finish(summary(records=counts))
    return (out / "report.html").as_uri()


def _dated(name: str) -> DocumentResult:
    dates = ("2021-05", "2021", "2021-Q3", "2021/2023", "--05-01", None)
    made = tuple(
        Accreditation(
            id=f"{name}-{at}",
            document=name,
            organization=OTHER,
            designation=f"第{at}中心",
            status="passed",
            date=date,
            evidence=(evidence(TEXT, "院长林小舟说，大家都很高兴。"),),
        )
        for at, date in enumerate(dates, 1)
    )
    return result(name, records=made, rejected=())


def test_a_hostile_article_runs_no_script_and_sends_no_request(tab: Tab, tmp_path: Path) -> None:
    """No dialog, no error, no request beside the file itself; the page's own script works, the text stands as text."""
    page = tmp_path / "report.html"
    page.write_text(hostile(), encoding="utf-8")
    for view in ("", "#record=r1-1&q=alert"):
        tab.open(page.as_uri() + view)
        tab.evaluate("document.querySelector('[data-row]').click()")
        assert tab.evaluate("document.querySelectorAll('[data-row].on').length") == 1
        assert tab.evaluate("document.querySelector('.text').textContent").startswith(HOSTILE[:40])
        assert tab.evaluate("document.images.length") == 0
        assert tab.evaluate("[...document.scripts].filter(one => !one.type).length") == 1
        assert not tab.heard("Page.javascriptDialogOpening")
        assert not tab.heard("Runtime.exceptionThrown") and not tab.heard("Log.entryAdded")
        loaded = {one["request"]["url"].split("#")[0] for one in tab.heard("Network.requestWillBeSent")}
        assert {Path(one).name for one in loaded} == {"report.html"}


VIEWS = [
    ("doc=1", ["r1-3", "r1-1", "r1-2"]),
    ("doc=1&type=metric", ["r1-2"]),
    ("doc=3", []),
    ("doc=2&from=2021-06&to=2021-09", ["r2-2", "r2-3", "r2-4"]),
    ("doc=2&to=2021-05-01", ["r2-1", "r2-2", "r2-4"]),
    ("doc=2&from=2022", ["r2-4"]),
    ("doc=2&from=2019-13", [f"r2-{at}" for at in range(1, 7)]),
    ("doc=2&when=2021", ["r2-2", "r2-3", "r2-4"]),
    ("doc=2&when=none", ["r2-5", "r2-6"]),
    (f"doc=2&org={HOSPITAL}", []),
    ("doc=2&org=第二", [f"r2-{at}" for at in range(1, 7)]),
    ("doc=2&q=第3", ["r2-3"]),
    ("record=r2-3&type=accreditation&q=中心", [f"r2-{at}" for at in range(1, 7)]),
]


@pytest.mark.parametrize(("view", "shown"), VIEWS, ids=[one[0] for one in VIEWS])
def test_an_address_reproduces_a_view(tab: Tab, address: str, view: str, shown: list[str]) -> None:
    """Type, dates, organization and text are taken from the address; all else is not shown."""
    tab.open(f"{address}#{view}")
    assert tab.evaluate(SHOWN) == shown
    doc = view.split("&")[0].removeprefix("doc=") if view.startswith("doc") else "2"
    assert tab.evaluate("document.querySelector('.document.current').dataset.doc") == doc
    assert not tab.heard("Runtime.exceptionThrown")


def test_every_mark_of_the_figures_leads_to_as_many_records_as_it_says(tab: Tab, address: str) -> None:
    """Cells, bars and names of the figures, and counts of the table, are links to just those records."""
    tab.open(address)
    marks = tab.evaluate(
        """[...document.querySelectorAll(".figure a, .heads td a")].map(one => [one.getAttribute("href"),
             Number((one.querySelector("title")?.textContent ?? one.textContent).split(" · ").at(-1))])"""
    )
    assert len(marks) > 15
    for href, count in marks:
        tab.evaluate(f"""document.querySelector('[href="{href}"]').dispatchEvent(
            new MouseEvent("click", {{bubbles: true, cancelable: true}}))""")
        if href.startswith("#record="):
            assert tab.evaluate(CHOSEN) == [href.removeprefix("#record=")]
        elif count == count and count is not None:
            assert len(tab.evaluate(SHOWN if "doc=" in href else FOUND)) == count, href
        tab.evaluate("report.go({doc: null, record: null, type: null, org: null, when: null})")


def test_the_controls_write_the_address(tab: Tab, address: str) -> None:
    """What is chosen in the bar can be sent as a link, also how things are shown."""
    tab.open(address)
    tab.evaluate(
        """for (const [name, value] of Object.entries({type: "accreditation", org: "第二", from: "2021", q: "中心"})) {
             const control = document.getElementById(`filter-${name}`);
             control.value = value;
             control.dispatchEvent(new Event(name === "q" ? "input" : "change"));
           }
           for (const name of ["missed", "numbers", "language"]) document.getElementById(name).click();"""
    )
    told = {"type": "accreditation", "org": "第二", "from": "2021", "q": "中心"}
    assert dict(tab.evaluate(f"[...{AT}]")) == told | {"missed": "1", "numbers": "0", "lang": "en"}
    before = tab.evaluate(FOUND)
    assert before == ["r2-1", "r2-2", "r2-3", "r2-4"]
    tab.open(tab.evaluate("location.href"))
    assert tab.evaluate(FOUND) == before
    assert tab.evaluate("[...document.querySelectorAll('[aria-pressed]')].map(one => one.ariaPressed)") == [
        "true",
        "false",
    ]
    tab.evaluate("document.getElementById('clear').click()")
    assert tab.evaluate(FOUND) == []


def test_keys_walk_records_and_documents(tab: Tab, address: str) -> None:
    """j and k go from record to record and on into the next document, n and p from document to document."""
    tab.open(address)
    for key, there in (
        ("j", "r1-3"),
        ("k", "r1-3"),
        ("j", "r1-1"),
        ("j", "r1-2"),
        ("j", "r2-1"),
        ("k", "r1-2"),
    ):
        tab.press(key)
        assert tab.evaluate(CHOSEN) == [there]
        assert tab.evaluate(f"{AT}.get('record')") == there
        assert tab.evaluate("document.querySelectorAll('.text .on').length") > 0
    tab.press("Escape")
    assert tab.evaluate(CHOSEN) == []
    for key, doc in (("n", 2), ("n", 3), ("n", 3), ("p", 2), ("p", 1), ("p", None), ("p", None)):
        tab.press(key)
        assert tab.evaluate("Number(document.querySelector('.document.current')?.dataset.doc) || null") == doc
    assert tab.evaluate("document.getElementById('overview').checkVisibility()")
    tab.press("/")
    tab.press("j")
    assert tab.evaluate("document.activeElement.value") == "j"
    tab.press("Escape")
    tab.press("?")
    assert tab.evaluate("document.getElementById('help').open")
    tab.press("?")
    tab.press("m")
    assert not tab.evaluate("document.getElementById('help').open")
    assert tab.evaluate(f"{AT}.get('missed')") == "1"


def test_a_click_on_either_side_shows_the_other(tab: Tab, address: str) -> None:
    """A cell shows where its value stands and what it rests on; the article shows its records one after the other."""
    tab.open(f"{address}#doc=1")
    tab.evaluate("document.querySelector('#r1-2 [data-field=value]').click()")
    assert (
        tab.evaluate("[...document.querySelectorAll('.text .at')].map(one => one.textContent).join('')")
        == "1.2万余例"
    )
    card = tab.evaluate("document.querySelector('.document.current .card').innerText")
    assert "12000" in card and "「1.2万余例」" in card and "由原文按规则得出" in card
    chosen = []
    for _ in range(3):
        tab.evaluate("document.querySelector('[data-c~=\"r1-2:value\"]').click()")
        chosen += tab.evaluate(CHOSEN)
    assert chosen == ["x1-1", "r1-1", "r1-2"]
    assert tab.evaluate("document.querySelector('#d1 .refused').open")


def test_the_interface_speaks_both_languages(tab: Tab, address: str) -> None:
    """In English no Chinese is left but what comes from articles; the article's own language is said to be Chinese."""
    tab.open(f"{address}#doc=1&lang=en")
    assert tab.evaluate("document.documentElement.lang") == "en"
    chinese = tab.evaluate(
        r"""[...document.querySelectorAll("body *")].filter(one => one.checkVisibility() && !one.closest("[lang^=zh]")
             && [...one.childNodes].some(node => node.nodeType === 3 && /\p{Script=Han}/u.test(node.data))
             && getComputedStyle(one).fontSize !== "0px").map(one => one.textContent)"""
    )
    assert chinese == []
    tab.evaluate("document.getElementById('language').click()")
    assert tab.evaluate("document.documentElement.lang") == "zh-Hans"
    assert tab.evaluate("document.getElementById('filter-type').selectedOptions[0].textContent") == "全部类型"
    assert tab.evaluate("document.querySelector('.text').lang") == "zh-Hans"


def test_selected_text_has_its_place_in_the_document(tab: Tab, tmp_path: Path) -> None:
    """Offsets count code points of the document: line ends of two characters and characters beyond 16 bits are one each."""
    text = "𠮷甲\r\n乙𠮷丙\r\n丁。\r\n末"
    where = text.index("丙")
    made = Accreditation(
        id="a-1",
        document="a.txt",
        organization="甲",
        designation="丙",
        status="passed",
        evidence=(Evidence(start=where, end=where + 4, text=text[where : where + 4]),),
        checks=(Check(field="designation", status="verbatim", start=where, end=where + 1),),
    )
    changed = result(document=document(text), records=(made,), rejected=(), sentences=())
    tab.open(_report(tmp_path, changed) + "#doc=1")
    assert tab.evaluate("document.querySelector('.text').textContent") == text
    for start, end in ((0, 1), (1, 5), (5, 10), (where, len(text)), (0, len(text))):
        units = [len(text[:at].encode("utf-16-le")) // 2 for at in (start, end)]
        tab.evaluate(
            f"""(() => {{
              const range = new Range();
              const nodes = document.createTreeWalker(document.querySelector(".text"), NodeFilter.SHOW_TEXT);
              let at = 0;
              for (let node = nodes.nextNode(); node; node = nodes.nextNode()) {{
                if ({units[0]} >= at && {units[0]} < at + node.length) range.setStart(node, {units[0]} - at);
                if ({units[1]} > at && {units[1]} <= at + node.length) range.setEnd(node, {units[1]} - at);
                at += node.length;
              }}
              getSelection().removeAllRanges();
              getSelection().addRange(range);
            }})()"""
        )
        found: dict[str, Any] = tab.evaluate("report.selection()")
        assert (found["doc"], found["name"], found["start"], found["end"]) == (1, "a.txt", start, end)
        assert found["text"] == text[start:end]


def test_another_script_hears_what_is_shown(tab: Tab, address: str) -> None:
    """Every change of view and every choice is told, and a choice that is taken back."""
    tab.open(f"{address}#doc=1")
    tab.evaluate(
        """window.told = [];
           document.addEventListener("report:view", event => told.push(event.detail.handles));
           document.addEventListener("report:record", event => told.push([event.detail.handle, event.detail.id]));"""
    )
    tab.evaluate("report.go({type: 'metric'}); report.go({record: 'r1-2'}); report.go({record: null})")
    assert tab.evaluate("told") == [["r1-2"], ["r1-2"], ["r1-2", "a.txt-2"], ["r1-2"], [None, None]]


def test_an_index_searches_all_documents_and_leads_into_their_pages(tab: Tab, many: str) -> None:
    """Beyond fifty documents the index finds records of all; a page knows its neighbours and the way back."""
    tab.open(f"{many}#type=metric&lang=en")
    assert tab.evaluate("document.querySelectorAll('#found li').length") == MOST + 5
    tab.follow("document.querySelectorAll('#found li a')[6].click()")
    assert tab.evaluate("location.pathname").endswith("/report/0007.html")
    assert tab.evaluate(CHOSEN) == ["r7-2"] == tab.evaluate(SHOWN)
    assert tab.evaluate("document.documentElement.lang") == "en"
    tab.follow("document.getElementById('next').click()")
    assert tab.evaluate("location.pathname").endswith("/report/0008.html")
    assert tab.evaluate(SHOWN) == ["r8-2"]
    tab.follow("document.getElementById('home').click()")
    assert tab.evaluate("location.pathname").endswith("/report.html")
    assert tab.evaluate(f"[...{AT}]") == [["type", "metric"], ["lang", "en"]]
    tab.open(f"{many}#q=54.txt")
    assert tab.evaluate("document.querySelectorAll('#found h3').length") == 1


@pytest.mark.parametrize("width", [1440, 900, 390])
def test_no_page_is_wider_than_its_window(tab: Tab, address: str, width: int) -> None:
    """What is too wide scrolls by itself."""
    for view in ("", "#record=r1-1", "#type=accreditation"):
        tab.open(address + view, width)
        assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_fifty_documents_stay_light(tab: Tab, tmp_path: Path) -> None:
    """Of fifty documents one at most is laid out, and a record costs no more than 6 kB of the page and 80 elements."""
    text = TEXT * 20
    made = records()
    full = [
        result(
            name := f"{at}.txt",
            document=replace(document(text, name=name)),
            records=tuple(
                each.model_copy(update={"id": f"{name}-{number}", "document": name})
                for number, each in enumerate(made * 8)
            ),
        )
        for at in range(MOST)
    ]
    address = _report(tmp_path, *full)
    size = (tmp_path / "report.html").stat().st_size
    tab.open(f"{address}#doc=9")
    assert size < MOST * 24 * 6000
    assert tab.evaluate("document.getElementsByTagName('*').length") < MOST * 24 * 80
    assert (
        tab.evaluate(
            "[...document.querySelectorAll('.document')].filter(one => one.checkVisibility()).length"
        )
        == 1
    )


def test_without_scripts_every_document_can_be_read(tab: Tab, address: str) -> None:
    """All documents stand one below the other, their links lead into the article, and no control is shown."""
    tab.call("Emulation.setScriptExecutionDisabled", value=True)
    try:
        tab.open(address)
        assert len(tab.evaluate(SHOWN)) == 9
        assert not tab.evaluate("document.getElementById('controls').checkVisibility()")
        assert (
            tab.evaluate("document.querySelector(document.querySelector('#r1-2 a').hash).textContent")
            == "年门诊量"
        )
    finally:
        tab.call("Emulation.setScriptExecutionDisabled", value=False)

"""The report in a browser: filters and keys by the address, and nothing that an article says is run."""

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from eval.runs import Run
from tests.eval.conftest import Command
from tests.eval.eval_corpus import OTHER, PLAIN, THIRD, Corpus, changed, without
from tests.eval.report_browser import CHROMIUM, Tab, browser
from tests.eval.report_pages import HARMFUL, harmful

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here to open the report in")

Open = Callable[..., None]

RECORDS = """[...document.querySelectorAll(".item")].filter(one => one.checkVisibility())
  .map(one => one.dataset.handle)"""
MARKED = """[...document.querySelectorAll(".text > .gold, .text > .run, .text > .against")]
  .filter(one => one.checkVisibility()).length"""
DOCUMENTS = """[...document.querySelectorAll(".document")].filter(one => one.checkVisibility())
  .map(one => one.dataset.doc)"""
CHOSEN = '[...document.querySelectorAll(".item.on")].map(one => one.dataset.handle)'
AT = "new URLSearchParams(location.hash.slice(1))"


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    """One browser for all."""
    with browser(tmp_path_factory.mktemp("profile")) as made:
        yield made


@pytest.fixture
def address(corpus: Corpus, command: Command, stored: Callable[..., Run]) -> str:
    """Where the report of two runs over the small corpus lies."""
    first = stored(changed(PLAIN, 0, date="2021"))
    second = stored(without(OTHER, 0))
    return _report(corpus, command, second.id, "--against", first.id)


def _report(corpus: Corpus, command: Command, *arguments: str) -> str:
    out = corpus.root / "made"
    assert command("report", *arguments, *corpus.flags, "--out", str(out)).code == 0
    return (out / "eval-report.html").as_uri()


def turn(tab: Tab, action: str) -> None:
    """Do what leads to another address, and wait until the page has followed."""
    tab.evaluate(
        f"new Promise(done => {{ addEventListener('hashchange', () => done(), {{once: true}}); {action} }})"
    )


def test_the_overview_comes_first_and_a_link_leads_to_a_document(tab: Tab, address: str) -> None:
    """Without anything in the address no record is shown; a document's link shows that document."""
    tab.open(address)
    assert tab.evaluate(RECORDS) == []
    assert tab.evaluate("document.getElementById('overview').checkVisibility()")
    turn(tab, f"document.querySelector('.heat a[href=\"#doc={THIRD}\"]').click()")
    assert tab.evaluate(DOCUMENTS) == [THIRD]
    assert not tab.evaluate("document.getElementById('overview').checkVisibility()")
    turn(tab, "history.back()")
    assert tab.evaluate(DOCUMENTS) == []


FILTERS = [
    (f"doc={PLAIN}", [PLAIN], 4),
    (f"doc={PLAIN}&type=appointment", [PLAIN], 2),
    ("type=appointment", [PLAIN, THIRD], 3),
    ("outcome=missed", [PLAIN, OTHER, THIRD], 4),
    ("outcome=missed&type=accreditation", [OTHER], 1),
    ("outcome=broken", [OTHER], 1),
    ("outcome=fixed", [PLAIN], 1),
    (f"doc={OTHER}&outcome=fixed", [OTHER], 0),
    ("doc=no-such.txt", [], 0),
    ("type=no-such", [], 0),
]


@pytest.mark.parametrize(("view", "documents", "records"), FILTERS, ids=[one[0] for one in FILTERS])
def test_an_address_reproduces_a_view(
    tab: Tab, address: str, view: str, documents: list[str], records: int
) -> None:
    """Document, type and outcome are taken from the address, in records, text and controls alike."""
    tab.open(f"{address}#{view}")
    assert tab.evaluate(DOCUMENTS) == documents
    assert len(tab.evaluate(RECORDS)) == records
    assert tab.evaluate("document.getElementById('shown').textContent").startswith(f"{records} of ")
    assert (tab.evaluate(MARKED) > 0) is (records > 0)


def test_the_controls_write_the_address(tab: Tab, address: str) -> None:
    """What is chosen can be sent as a link."""
    tab.open(f"{address}#doc={PLAIN}&record=1.2")
    turn(
        tab,
        """const control = document.getElementById("filter-type");
           control.value = "accreditation";
           control.dispatchEvent(new Event("change"));""",
    )
    assert tab.evaluate(f"[...{AT}]") == [["doc", PLAIN], ["type", "accreditation"]]
    assert len(tab.evaluate(RECORDS)) == 1


def test_j_and_k_walk_the_records(tab: Tab, address: str) -> None:
    """Each press goes one on or back, never past the ends; the address names where it is."""
    tab.open(f"{address}#doc={PLAIN}&type=appointment")
    tab.evaluate("document.getElementById('filter-type').focus()")  # As it is after a choice.
    first, second = tab.evaluate(RECORDS)
    for key, there in (("j", first), ("j", second), ("j", second), ("k", first), ("k", first)):
        tab.press(key)
        assert tab.evaluate(CHOSEN) == [there]
        assert tab.evaluate(f"{AT}.get('record')") == there
        assert tab.evaluate("document.querySelectorAll('.text .on').length") > 0
    tab.press("Escape")
    assert tab.evaluate(CHOSEN) == []


def test_j_leaves_the_overview_for_the_first_record(tab: Tab, address: str) -> None:
    """The first press opens the first document."""
    tab.open(address)
    tab.press("j")
    assert tab.evaluate(CHOSEN) == ["1.1"]
    assert tab.evaluate(DOCUMENTS) == [PLAIN]


def test_a_click_in_the_text_shows_its_record(tab: Tab, address: str) -> None:
    """And the address of that view brings it back."""
    tab.open(f"{address}#doc={THIRD}")
    tab.evaluate("[...document.querySelectorAll('.text > .gold')].find(one => one.checkVisibility()).click()")
    (chosen,) = tab.evaluate(CHOSEN)
    tab.open(tab.evaluate("location.href"))
    assert tab.evaluate(CHOSEN) == [chosen]


@pytest.mark.parametrize("width", [1280, 700, 390])
def test_no_page_is_wider_than_its_window(tab: Tab, address: str, width: int) -> None:
    """What is too wide scrolls by itself."""
    for view in ("", f"#doc={PLAIN}"):
        tab.open(address + view, width)
        assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_nothing_that_an_article_says_is_run(tab: Tab, corpus: Corpus, command: Command) -> None:
    """Scripts, handlers and templates in text, names and values stay text; nothing else is loaded."""
    address = _report(corpus, command, harmful(corpus).id)
    tab.open(f"{address}#doc={quote(HARMFUL, safe='')}")
    tab.press("j")
    tab.press("j")
    assert tab.evaluate(DOCUMENTS) == [HARMFUL]
    assert tab.evaluate("window.harm === undefined")
    assert tab.evaluate("document.images.length + document.scripts.length") == 1
    assert "{{ 7 * 7 }}" in tab.evaluate(
        "document.querySelector('.document:not([hidden]) .text').textContent"
    )
    assert not tab.heard("Page.javascriptDialogOpening")
    assert not tab.heard("Runtime.exceptionThrown") and not tab.heard("Log.entryAdded")
    loaded = {one["request"]["url"] for one in tab.heard("Network.requestWillBeSent")}
    assert {Path(one).name for one in loaded} == {"eval-report.html"}

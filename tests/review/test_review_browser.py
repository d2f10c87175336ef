"""The review in a browser: text is selected with the mouse, and what was decided is in the journal and in gold."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.cli import main
from pipeline.review.journal import read
from schemas.gold import load_gold
from tests.eval.report_browser import CHROMIUM, Tab, browser
from tests.review.desk import review
from tests.review.made_up_run import HOSPITAL, OFFERED, selection, span, write_run
from tests.review.web import served

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here to open the review in")

RECTANGLES = """(part => {
  const walker = document.createTreeWalker(document.querySelector(".text"), NodeFilter.SHOW_TEXT);
  const nodes = [];
  let text = "";
  for (let node = walker.nextNode(); node; node = walker.nextNode()) { nodes.push([text.length, node]); text += node.data; }
  const place = at => { const [start, node] = nodes.findLast(([start]) => start <= at); return [node, at - start]; };
  const box = (from, to) => {
    const range = new Range();
    range.setStart(...place(from));
    range.setEnd(place(to - 1)[0], place(to - 1)[1] + 1);
    return range.getBoundingClientRect();
  };
  const at = text.indexOf(part);
  const [first, last] = [box(at, at + 1), box(at + part.length - 1, at + part.length)];
  const middle = each => (each.top + each.bottom) / 2;
  return [[first.left + 1, middle(first)], [last.right - 1, middle(last)]];
})"""


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    """One browser for all."""
    with browser(tmp_path_factory.mktemp("profile")) as made:
        yield made


def drag(tab: Tab, part: str) -> None:
    """Select ``part`` of the article with the mouse."""
    start, end = tab.evaluate(f"{RECTANGLES}({json.dumps(part)})")
    for kind, (x, y), held in (
        ("mouseMoved", start, 0),
        ("mousePressed", start, 1),
        ("mouseMoved", end, 1),
        ("mouseReleased", end, 0),
    ):
        tab.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", buttons=held, clickCount=1)


def until(tab: Tab, condition: str) -> None:
    """Wait until a condition holds in the page."""
    tab.evaluate(
        f"new Promise(done => {{ const look = () => {condition} ? done() : setTimeout(look, 5); look(); }})"
    )


def value(tab: Tab, field: str) -> str:
    """What stands in a field of the panel."""
    return str(tab.evaluate(f"document.getElementById('review-{field}').value"))


def typed(tab: Tab, field: str, text: str) -> None:
    """Type into a field of the panel."""
    tab.evaluate(f"document.getElementById('review-{field}').focus()")
    tab.call("Input.insertText", text=text)


def clean(tab: Tab, address: str) -> bool:
    """Whether nothing failed, asked or left the app."""
    asked = {one["request"]["url"] for one in tab.heard("Network.requestWillBeSent")}
    quiet = not tab.heard("Runtime.exceptionThrown") and not tab.heard("Page.javascriptDialogOpening")
    return quiet and not tab.heard("Log.entryAdded") and all(url.startswith(address) for url in asked)


def test_a_field_is_corrected_a_record_added_and_one_rejected_by_hand(tab: Tab, tmp_path: Path) -> None:
    """Selected with the mouse in an article with characters beyond the first plane; then found in journal and gold."""
    run = write_run(tmp_path / "run")
    with served(run) as web:
        tab.open(f"{web.address}d/1.html", 1440, 900)
        tab.evaluate("document.querySelector('#r1-1 td[data-field=designation]').click()")
        tab.evaluate("document.getElementById('review-unit').focus()")
        drag(tab, "呼吸科")
        until(tab, "document.getElementById('review-unit').value")
        tab.follow("document.querySelector('#review .save').click()")
        assert tab.evaluate("document.querySelector('#r1-1').dataset.status") == "corrected"
        assert (
            tab.evaluate("document.querySelector('#r1-1 [data-field=unit] .value').textContent") == "呼吸科"
        )
        assert value(tab, "unit") == "呼吸科"
        tab.evaluate("document.querySelector('#review .close').click()")

        drag(tab, OFFERED)
        tab.press("s")
        tab.evaluate(
            "(types => { types.value = 'service'; types.dispatchEvent(new Event('change')); })"
            "(document.getElementById('review-type'))"
        )
        typed(tab, "organization", HOSPITAL)
        tab.evaluate("document.getElementById('review-name').focus()")
        drag(tab, "夜间门诊")
        until(tab, "document.getElementById('review-name').value")
        tab.follow("document.querySelector('#review .save').click()")
        assert tab.evaluate("document.querySelector('#r1-3').dataset.type") == "service"

        tab.evaluate("report.go({record: 'r1-2', field: ''})")
        typed(tab, "reason", "重复")
        tab.evaluate("document.querySelector('#review .reject button').click()")
        until(tab, "document.querySelector('#r1-2').dataset.status === 'rejected'")
        assert clean(tab, web.address)

    correct, add, reject = read(run)
    assert (correct.kind, dict(correct.values)) == ("correct", {"unit": "呼吸科"})
    assert correct.places == {"unit": (span("呼吸科"),)} and correct.by == "周一"
    assert (add.kind, add.type) == ("add", "service")
    assert (add.evidence, add.places) == ((span(OFFERED),), {"name": (span("夜间门诊"),)})
    assert (reject.kind, reject.record, reject.reason) == ("reject", "metric-a.txt", "重复")
    assert main(["review", str(run), "--out", str(tmp_path / "gold")]) == 0
    accreditation, service = load_gold(tmp_path / "gold" / "a.json").records
    assert accreditation.record.facts()["unit"] == "呼吸科"
    assert service.record.facts() == {"organization": HOSPITAL, "name": "夜间门诊", "date": None}


def test_only_what_differs_from_gold_is_walked(tab: Tab, tmp_path: Path) -> None:
    """Gold has another unit and one more record: the key d goes from one to the other, and each is taken over."""
    earlier = write_run(tmp_path / "earlier")
    with review(earlier) as decide:
        decide("correct", "accreditation-a.txt", values={"unit": "呼吸科"})
        decide(
            "add",
            type="service",
            values={"organization": HOSPITAL, "name": "夜间门诊"},
            evidence=[selection(OFFERED)],
        )
        decide("rest")
    assert main(["review", str(earlier), "--out", str(tmp_path / "gold")]) == 0
    run = write_run(tmp_path / "run")
    with served(run, "--gold", str(tmp_path / "gold")) as web:
        tab.open(f"{web.address}d/1.html", 1440, 900)
        assert "2" in tab.evaluate("document.getElementById('review-progress').textContent")
        assert tab.evaluate("document.getElementById('r1-2').dataset.status") == "agreed"
        tab.press("d")
        assert tab.evaluate("report.state().get('record')") == "r1-1"
        tab.evaluate("document.querySelector('[data-of=unit] .theirs button').click()")
        assert value(tab, "unit") == "呼吸科"
        tab.follow("document.querySelector('#review .save').click()")
        tab.press("d")
        assert (value(tab, "organization"), value(tab, "name")) == (HOSPITAL, "夜间门诊")
        tab.follow("document.querySelector('#review .save').click()")
        tab.follow("document.getElementById('review-next').click()")
        assert "没有待定" in tab.evaluate("document.getElementById('review-told').textContent")
        assert clean(tab, web.address)
    assert [(one.kind, one.record) for one in read(run)] == [
        ("correct", "accreditation-a.txt"),
        ("add", "gold-3"),
    ]


def test_a_page_is_no_wider_than_its_window(tab: Tab, tmp_path: Path) -> None:
    """With the panel open, on a desk and on a phone."""
    with served(write_run(tmp_path / "run")) as web:
        for width in (1440, 900, 390):
            tab.open(f"{web.address}d/1.html#record=r1-1", width, 800)
            until(tab, "!document.getElementById('review').hidden")
            assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
            assert tab.evaluate("document.querySelector('#review').scrollWidth <= innerWidth")

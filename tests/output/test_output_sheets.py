"""Printed pages beside the article: where on the paper a record's evidence stands."""

from dataclasses import replace

from pipeline.document.text import PrintedLine, PrintedPage
from pipeline.output.sheets import pages_of, sheets
from pipeline.output.stored import Stored
from pipeline.results import DocumentResult
from tests.output.html_page import Page
from tests.output.made_up_results import TEXT, result, span
from tests.output.stored_results import pages, stored

FIRST, SECOND, THIRD, _ = TEXT.split("\n")


def _printed() -> DocumentResult:
    """The made-up article on two pages: its second line, 40 characters over 200 points, ends the first."""
    made = result()
    lines = [
        PrintedLine(*span(TEXT, line), 50, 80 + 20 * at, 250, 95 + 20 * at)
        for at, line in enumerate(TEXT.split("\n"))
    ]
    upright = replace(lines[2], x0=300, x1=312, y0=80, y1=280)
    paper = (PrintedPage(3, 595.3, 841.9, tuple(lines[:2])), PrintedPage(4, 595.3, 841.9, (upright,)))
    document = replace(made.document, source=replace(made.document.source, pages=paper))
    return replace(made, document=document)


def _stored() -> Stored:
    return stored(_printed())[0]


def test_evidence_is_boxed_where_it_stands_in_its_line() -> None:
    """Of a line that is evidence in part only that part is boxed; a line that runs downwards is boxed whole."""
    made = _stored()
    boxes = {box.handle: box.outline for sheet in sheets(made) for box in sheet.boxes}
    start, end = span(SECOND, "年门诊量达1.2万余例")
    step = 200 / len(SECOND)
    assert boxes["r1-2"] == f"M{50 + start * step:.0f} 100H{50 + end * step:.0f}V115H{50 + start * step:.0f}Z"
    assert boxes["r1-3"] == "M300 80H312V280H300Z"
    assert boxes["r1-1"].count("M") == 2


def test_a_record_knows_the_pages_that_it_is_printed_on() -> None:
    """Page numbers are the file's own; a document without pages has none."""
    made = _stored()
    assert [pages_of(made, record.evidence) for record in made.records] == [(3,), (3,), (4,)]
    assert list(sheets(stored(result())[0])) == []


def test_pages_stand_beside_the_article_and_at_each_record() -> None:
    """The page shows a drawing per sheet, the sheet's number where it begins in the text, and at each row."""
    page = Page(pages(_printed())[0])
    assert page.articles == [TEXT]
    assert page.values("data-page") == ["P3", "P4"]
    assert [values["data-r"] for tag, values in page.elements if tag == "path" and "data-r" in values] == [
        *("r1-1", "r1-2"),
        "r1-3",
    ]
    assert page.words.count("P3") == 3 and page.words.count("P4") == 2

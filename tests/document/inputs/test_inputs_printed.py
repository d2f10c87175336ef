"""PDF files as a browser prints them: reading order, paragraphs, places; a scan; a whole run over them."""

import base64
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import pypdfium2
import pytest

from pipeline.document import Source, prepare
from pipeline.document.inputs import pdf
from pipeline.document.inputs.extracted import Extracted, Refused
from pipeline.output.pages import places
from tests.document.inputs.flowing import FLOWING
from tests.document.inputs.printed_pages import in_order, prose, sentences
from tests.document.inputs.sheets import SHEETS
from tests.document.inputs.web_pages import PAGES
from tests.eval.report_browser import CHROMIUM, Tab, browser
from tests.run.answering_server import MODEL, AnsweringServer
from tests.run.command import CommandLine, lines

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium")

_LEAST: Final = 0.98
"""Of neighbouring sentences, what must be found in order."""
_POINTS: Final = 0.75
"""Points of a CSS pixel."""
_REPORT: Final = prose(30, 72, 9)
_RUNNING: Final = "青禾县卫生健康局内部资料"
_MOST: Final = 2_000_000


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, bytes]]:
    """The sheets of newspapers, a report over several pages, and a scan of a sheet, each as a PDF."""
    folder = tmp_path_factory.mktemp("printed")
    with browser(folder / "profile") as tab:
        found = {name: _printed(tab, folder, sheet.html()) for name, sheet in SHEETS.items()}
        found |= {name: _printed(tab, folder, html) for name, (html, _) in FLOWING.items()}
        picture = tab.call("Page.captureScreenshot")["data"]
        found["scan"] = _printed(tab, folder, f"<img width=700 src='data:image/png;base64,{picture}'>")
        found["report"] = _printed(tab, folder, _report(), **_HEADS)
        yield found


_HEADS: Final = {
    "displayHeaderFooter": True,
    "headerTemplate": f"<div style='font-size:9px;margin:auto'>{_RUNNING}</div>",
    "footerTemplate": "<div style='font-size:9px;margin:auto'>第<span class=pageNumber></span>页</div>",
    "marginTop": 0.8,
    "marginBottom": 0.8,
}


def _report() -> str:
    style = "p{text-indent:2em;text-align:justify;line-height:1.7}"
    text = "".join(f"<p>{each}</p>" for each in _REPORT)
    return f"<meta charset=utf-8><title>医共体建设报告</title><style>{style}</style><h1>医共体建设报告</h1>{text}"


def _printed(tab: Tab, folder: Path, html: str, **options: Any) -> bytes:
    page = folder / "page.html"
    page.write_text(html, "utf-8")
    tab.open(page.as_uri())
    assert tab.evaluate("window.poured !== undefined || !document.querySelector('.headline')"), (
        "text is left over"
    )
    return base64.b64decode(
        tab.call("Page.printToPDF", preferCSSPageSize=True, printBackground=True, **options)["data"]
    )


@pytest.fixture(scope="module")
def taken(printed: dict[str, bytes]) -> dict[str, Extracted]:
    """What is in the sheets."""
    return {name: pdf.extract(printed[name], _MOST) for name in SHEETS}


@pytest.mark.parametrize("name", SHEETS)
def test_a_newspaper_page_is_read_in_order(taken: dict[str, Extracted], name: str) -> None:
    """At least 0.98 of neighbouring sentences are neighbours in the text, and every paragraph is one line of it."""
    sheet = SHEETS[name]
    text = taken[name].text
    assert in_order(text, sheet.runs()) >= _LEAST
    told = text.splitlines()
    assert not [each for story in sheet.stories for each in story.paragraphs if each not in told]
    assert not [each for story in sheet.stories if (each := story.headline) not in told]


@pytest.mark.parametrize("name", FLOWING)
def test_columns_that_a_style_sheet_makes_are_read_in_order(printed: dict[str, bytes], name: str) -> None:
    """Pages that are not set like a newspaper's, too; no sentence is torn by a line's end."""
    text = pdf.extract(printed[name], _MOST).text
    _, runs = FLOWING[name]
    assert in_order(text, runs) >= _LEAST
    assert not [each for run in runs for each in run if not any(each in line for line in text.splitlines())]


def test_the_score_of_reading_order_can_fail(printed: dict[str, bytes], taken: dict[str, Extracted]) -> None:
    """Read in the order of the file, or line by line over the whole page, the same pages stay below it."""
    for name, sheet in SHEETS.items():
        with pypdfium2.PdfDocument(printed[name]) as document:
            assert in_order(document[0].get_textpage().get_text_range(), sheet.runs()) < 0.9
        text, found = taken[name].text, taken[name].pages[0].lines
        across = sorted(found, key=lambda line: (round(line.y1), line.x0))
        assert in_order("".join(text[each.start : each.end] for each in across), sheet.runs()) < 0.5


@pytest.mark.parametrize("name", SHEETS)
def test_lines_stand_where_the_page_has_them(taken: dict[str, Extracted], name: str) -> None:
    """Every visible character has a place, and the text of a story stands in its frames, evidence too."""
    sheet = SHEETS[name]
    extracted = taken[name]
    (page,) = extracted.pages
    assert (page.number, page.width, page.height) == (1, sheet.width * _POINTS, sheet.height * _POINTS)
    covered = "".join(extracted.text[each.start : each.end] for each in page.lines)
    assert "".join(covered.split()) == "".join(extracted.text.split())
    shape = {"page": 1, "lines": [[one.start, one.end, one.x0, one.y0, one.x1, one.y1] for one in page.lines]}
    for story in sheet.stories:
        sentence = sentences(story.paragraphs)[2]
        start = extracted.text.index(sentence)
        for _, *area in places([shape], start, start + len(sentence)):
            assert any(_within(area, frame) for frame in story.frames), (sentence, area)


def _within(area: list[float], frame: tuple[float, float, float, float]) -> bool:
    x0, y0, x1, y1 = (each / _POINTS for each in area)
    left, top, width, height = frame
    return left - 3 <= x0 and x1 <= left + width + 3 and top - 3 <= y0 and y1 <= top + height + 3


@pytest.mark.parametrize("name", SHEETS)
def test_layout_leaves_the_order_as_it_is(taken: dict[str, Extracted], name: str) -> None:
    """The sentences that are asked about are those of the page, none torn or moved."""
    document = prepare(
        Source("a.pdf", "a.pdf", taken[name].text, "pdf", "", {}, taken[name].pages, whole=True)
    )
    found = [sentence.text for sentence in document.sentences]
    known = [each for story in SHEETS[name].stories for each in sentences(story.paragraphs)]
    assert not set(known) - set(found)
    assert not any(sentence.doubtful for sentence in document.sentences)


def test_a_report_is_read_over_its_pages(printed: dict[str, bytes]) -> None:
    """A paragraph goes on over a page's end; running titles and page numbers stand beside the text, once a page."""
    extracted = pdf.extract(printed["report"], _MOST)
    count = len(extracted.pages)
    assert count > 2
    told = extracted.text.splitlines()
    assert [each for each in told if each in _REPORT] == _REPORT
    assert told.count(_RUNNING) == count
    assert sorted(set(told) - {*_REPORT, _RUNNING}) == sorted(
        {"医共体建设报告", *(f"第{number}页" for number in range(1, count + 1))}
    )
    assert extracted.metadata == {"title": "医共体建设报告"}
    torn = [each for each in _REPORT if _pages(extracted.text.index(each), len(each), extracted.pages) == 2]
    assert torn, "no paragraph goes over a page's end"


def _pages(start: int, length: int, pages: Any) -> int:
    return sum(any(line.start < start + length and start < line.end for line in page.lines) for page in pages)


def test_a_scan_is_refused_with_what_to_do(printed: dict[str, bytes]) -> None:
    """A PDF of pictures has no text layer."""
    with pytest.raises(Refused, match="no text layer: 1 page of pictures") as refused:
        pdf.extract(printed["scan"], _MOST)
    assert "ocrmypdf" in refused.value.next_step


def test_pages_without_text_among_others_are_named(printed: dict[str, bytes]) -> None:
    """What is on them is not read, and the metadata say so."""
    joined = pypdfium2.PdfDocument.new()
    for name in ("inset", "scan"):
        with pypdfium2.PdfDocument(printed[name]) as part:
            joined.import_pages(part)
    extracted = pdf.extract(_saved(joined), _MOST)
    assert extracted.metadata["pages_without_text"] == "2"
    assert [len(page.lines) > 0 for page in extracted.pages] == [True, False]


@pytest.mark.parametrize("quarter", [1, 2, 3])
def test_places_are_those_of_the_page_as_it_is_shown(printed: dict[str, bytes], quarter: int) -> None:
    """On a page that is shown turned, the headline's characters stand where a turn to the right puts them."""
    document = pypdfium2.PdfDocument(printed["inset"])
    document[0].set_rotation(90 * quarter)
    (page,) = pdf.extract(_saved(document), _MOST).pages
    width, height = 750.0, 1050.0
    assert (page.width, page.height) == ((width, height) if quarter == 2 else (height, width))
    x, y = 375.0, 61.0
    for _ in range(quarter):
        x, y = height - y, x
        width, height = height, width
    assert any(line.x0 <= x <= line.x1 and line.y0 <= y <= line.y1 for line in page.lines)


def _saved(document: pypdfium2.PdfDocument) -> bytes:
    file = BytesIO()
    document.save(file)
    document.close()
    return file.getvalue()


def test_a_run_reads_pdf_and_html(
    printed: dict[str, bytes],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The records' evidence stands in the text that the run's folder holds, and for a PDF on its pages."""
    articles, out = tmp_path / "articles", tmp_path / "out"
    articles.mkdir()
    (articles / "paper.pdf").write_bytes(printed["inset"])
    (articles / "site.html").write_bytes(PAGES["news_site"].data)
    with AnsweringServer() as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        monkeypatch.setenv("OPENAI_API_KEY", "none")
        monkeypatch.setenv("PIPELINE_MODEL", MODEL)
        ended = CommandLine(capsys)("run", str(articles), "--out", str(out))
    assert ended.code == 0, ended.err
    documents = {each["document"]: each for each in lines(out / "documents.jsonl")}
    assert {name: bool(each["pages"]) for name, each in documents.items()} == {
        "paper.pdf": True,
        "site.html": False,
    }
    evidence = [
        (record["document"], each) for record in lines(out / "records.jsonl") for each in record["evidence"]
    ]
    assert {name for name, _ in evidence} == set(documents)
    for name, each in evidence:
        assert documents[name]["text"][each["start"] : each["end"]] == each["text"]
        assert bool(places(documents[name]["pages"], each["start"], each["end"])) == (name == "paper.pdf")
    titles = {
        each["document"]: (each["title"], each["date"], each["authors"])
        for each in lines(out / "articles.jsonl")
    }
    assert titles["site.html"] == ("青禾县人民医院胸痛中心通过省级评审", "2023-03-14", ["林小满"])

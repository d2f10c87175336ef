"""Evidence found on the pages of a PDF."""

import pytest

from pipeline.output.pages import places

PAGES = [
    {
        "page": 1,
        "width": 200.0,
        "height": 300.0,
        "lines": [[0, 10, 20.0, 30.0, 120.0, 40.0], [10, 14, 20.0, 45.0, 60.0, 55.0]],
    },
    {"page": 2, "width": 200.0, "height": 300.0, "lines": [[14, 20, 20.0, 30.0, 80.0, 40.0]]},
]
"""Ten, four and six characters, each ten points wide; the last six on a second page."""

STRETCHES = {
    "a whole line": (0, 10, [(1, 20.0, 30.0, 120.0, 40.0)]),
    "the inside of a line": (2, 5, [(1, 40.0, 30.0, 70.0, 40.0)]),
    "over a line's end": (8, 12, [(1, 100.0, 30.0, 120.0, 40.0), (1, 20.0, 45.0, 40.0, 55.0)]),
    "over a page's end": (13, 15, [(1, 50.0, 45.0, 60.0, 55.0), (2, 20.0, 30.0, 30.0, 40.0)]),
    "nothing": (10, 10, []),
    "behind the text": (20, 30, []),
}


@pytest.mark.parametrize(("start", "end", "found"), STRETCHES.values(), ids=STRETCHES)
def test_a_stretch_of_text_is_found_on_its_pages(
    start: int, end: int, found: list[tuple[int, float, float, float, float]]
) -> None:
    """Each printed line that holds some of it gives a rectangle around just that."""
    assert places(PAGES, start, end) == found


def test_a_document_without_pages_has_no_places() -> None:
    """Text, HTML and DOCX have none."""
    assert places([], 0, 5) == []

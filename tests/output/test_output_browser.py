"""The page of a run in a browser: nothing that an article says is run, and nothing leaves."""

from pathlib import Path

import pytest

from tests.eval.report_browser import CHROMIUM, browser
from tests.output.test_output_report import HOSTILE, hostile


@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here to open the report in")
def test_a_hostile_article_runs_no_script_and_sends_no_request(tmp_path: Path) -> None:
    """No dialog, no error, no request beside the file itself; the page's own script works, the text stands as text."""
    page = tmp_path / "report.html"
    page.write_text(hostile(), encoding="utf-8")
    with browser(tmp_path / "profile") as tab:
        tab.open(page.as_uri())
        tab.evaluate("document.querySelector('[data-row]').click()")
        assert tab.evaluate("document.querySelectorAll('[data-row].on').length") == 1
        assert tab.evaluate("document.querySelector('.text').textContent").startswith(HOSTILE[:40])
        assert tab.evaluate("document.images.length + document.scripts.length") == 1
        assert not tab.heard("Page.javascriptDialogOpening")
        assert not tab.heard("Runtime.exceptionThrown") and not tab.heard("Log.entryAdded")
        loaded = {one["request"]["url"] for one in tab.heard("Network.requestWillBeSent")}
        assert {Path(one).name for one in loaded} == {"report.html"}

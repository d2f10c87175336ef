"""The review's app over HTTP: who is answered, what is refused and in which words, and what stands after it."""

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import ANY
from urllib.parse import quote

import pytest

from pipeline.review.journal import read
from tests.review.made_up_run import HOSPITAL, OFFERED, selection, write_run
from tests.review.web import Web, served, started

ACCEPT = {"kind": "accept", "record": "metric-a.txt"}
SERVICE: dict[str, Any] = {
    "kind": "add",
    "type": "service",
    "values": {"organization": HOSPITAL, "name": "夜间门诊"},
    "places": {"name": [selection("夜间门诊")]},
    "evidence": [selection(OFFERED)],
}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run with two documents; the tests decide about the second one."""
    return write_run(tmp_path_factory.mktemp("run") / "out", ("a.txt", "b.txt"))


@pytest.fixture(scope="module")
def web(run: Path) -> Iterator[Web]:
    """One app for all tests that leave nothing behind."""
    with served(run) as made:
        yield made


def test_without_the_token_nothing_is_shown(web: Web) -> None:
    """No page, no decision and no hint for who does not have the address."""
    for path in ("/", "/d/1.html", f"{web.address[:-4].partition(web.host)[2]}/d/1.html", "/x/d/1.html"):
        code, _, text = web.ask("GET", path)
        assert code == 403 and HOSPITAL not in text
    assert web.post("/wrong/decide/1", ACCEPT)[0] == 403


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", ""])
def test_another_host_is_refused(web: Web, host: str) -> None:
    """A name elsewhere that was made to point here is not answered, with the token neither."""
    code, _, text = web.ask("GET", "d/1.html", headers={"Host": host})
    assert code == 400 and HOSPITAL not in text


def test_only_the_apps_own_pages_may_post(web: Web) -> None:
    """A form or a script of another page is refused, also where it knows the token."""
    assert web.post("decide/1", ACCEPT, Origin="https://evil.example")[0] == 403
    assert web.post("decide/1", ACCEPT, Origin="null")[0] == 403
    assert web.post("decide/1", ACCEPT, **{"Content-Type": "text/plain"})[0] == 415
    code, headers, _ = web.ask("OPTIONS", "decide/1", headers={"Origin": "https://evil.example"})
    assert code == 405 and not [name for name in headers if name.startswith("access-control")]
    assert web.ask("GET", "decide/1")[0] == 405


def test_a_page_is_locked_down(web: Web) -> None:
    """It is stored and framed nowhere, loads nothing from elsewhere, and tells nobody where it is."""
    code, headers, text = web.ask("GET", "d/1.html")
    assert code == 200 and HOSPITAL in text
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy and "connect-src 'self'" in policy and "unsafe" not in policy
    assert (headers["cache-control"], headers["referrer-policy"]) == ("no-store", "no-referrer")
    assert (headers["x-frame-options"], headers["x-content-type-options"]) == ("DENY", "nosniff")


def test_the_address_leads_to_the_first_document_with_something_to_do(web: Web) -> None:
    """Here the first one."""
    code, headers, _ = web.ask("GET", "")
    assert (code, headers["location"]) == (303, "d/0001.html")
    code, headers, _ = web.ask("GET", "next/1")
    assert (code, headers["location"]) == (303, "../d/0002.html")


def nested(depth: int) -> list[Any]:
    """A list in a list in a list."""
    found: list[Any] = []
    for _ in range(depth):
        found = [found]
    return found


@pytest.mark.parametrize(
    ("asked", "field", "words"),
    [
        pytest.param({"kind": "reject", "record": "metric-b.txt"}, "reason", "理由", id="no reason"),
        pytest.param({"kind": "accept", "record": "x"}, "", "没有这条记录", id="no record"),
        pytest.param(
            {"kind": "correct", "record": "metric-b.txt", "values": {"value": "许多"}},
            "value",
            "“数值”：填一个数",
            id="no number",
        ),
        pytest.param(
            {"kind": "correct", "record": "metric-b.txt", "values": {"value_max": "3"}},
            "",
            "上限不能小于数值",
            id="a range that falls",
        ),
        pytest.param(
            {"kind": "correct", "record": "accreditation-b.txt", "values": {"date": "2021-02-30"}},
            "date",
            "日历上没有这一天",
            id="no day",
        ),
        pytest.param(
            {"kind": "correct", "record": "accreditation-b.txt", "values": {"designation": " "}},
            "designation",
            "“资格”必须填写",
            id="required",
        ),
        pytest.param(
            {"kind": "correct", "record": "accreditation-b.txt", "values": {"status": "done"}},
            "status",
            "“状态”：从列表中选一个",
            id="no choice",
        ),
        pytest.param(
            {"kind": "correct", "record": "accreditation-b.txt", "values": {"beds": "3"}},
            "",
            "没有这个字段",
            id="no field",
        ),
        pytest.param(
            {
                "kind": "correct",
                "record": "accreditation-b.txt",
                "values": {"unit": "呼吸科"},
                "places": {"unit": [{"start": 3, "end": 6, "text": "呼吸科"}]},
            },
            "",
            "与原文不符",
            id="another text stands there",
        ),
        pytest.param(SERVICE | {"evidence": []}, "evidence", "先在原文中选出", id="no evidence"),
        pytest.param({**SERVICE, "type": None}, "type", "先选记录的类型", id="no type"),
        pytest.param({"kind": "undo"}, "", "没有可以撤销的决定", id="nothing to undo"),
        pytest.param(
            {"kind": "correct", "record": "metric-b.txt", "values": {"value": "9" * 5000}},
            "value",
            "填一个数",
            id="a number without end",
        ),
        pytest.param(
            {"kind": "reject", "record": "metric-b.txt", "reason": "\ud800"},
            "",
            "请求的格式不对",
            id="half a character",
        ),
        pytest.param(
            {"kind": "correct", "record": "article", "values": {"authors": 5}},
            "authors",
            "“作者”",
            id="a number for a list",
        ),
        pytest.param(
            {"kind": "correct", "record": "article", "values": {"authors": [1, 2]}},
            "authors",
            "“作者”",
            id="numbers in a list",
        ),
        *(
            pytest.param(
                {"kind": "correct", "record": "article", "values": {"title": nested(depth)}},
                "title" if depth < 100 else ANY,
                "",
                id=f"lists {depth} deep",
            )
            for depth in (3, 300, 600)
        ),
        pytest.param({"kind": "praise"}, "", "请求的格式不对", id="no such act"),
        pytest.param([], "", "请求的格式不对", id="no object"),
    ],
)
def test_what_cannot_stand_is_refused_in_plain_words(
    web: Web, run: Path, asked: Any, field: str, words: str
) -> None:
    """422 with the field and what to do; nothing reaches the journal, and no value of the record the answer."""
    code, answer = web.post("decide/2", asked)
    assert code == 422
    (told,) = answer["problems"]
    assert told["field"] == field and words in told["text"] and told["english"]
    assert not [one for one in read(run) if one.document == "b.txt"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", 400),
        (b"\xff", 400),
        (b'"' + b"x" * (1 << 20) + b'"', 413),
        (b"[" * 100_000, 400),
        (b'{"kind": "correct", "values": {"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}}", 400),
    ],
    ids=["torn", "no text", "too much", "torn and deep", "deep"],
)
def test_what_is_no_request_is_refused(web: Web, body: bytes, code: int) -> None:
    """It is refused before anything is made of it."""
    headers = {"Content-Type": "application/json"}
    assert web.ask("POST", "decide/1", body, headers)[0] == code


def test_there_is_no_document_beyond_the_last(web: Web) -> None:
    """Nor before the first, nor where there is no number."""
    for number in ("0", "3", "-1", "x", "²", "1" * 5000):
        code, _, text = web.ask("GET", f"d/{quote(number)}.html")
        assert code == 404 and "没有这篇文档" in text
    assert web.post(f"decide/{'1' * 5000}", ACCEPT)[0] == 404


@pytest.mark.parametrize(
    ("type_name", "field", "part", "values"),
    [
        ("accreditation", "unit", "呼吸科", {"unit": "呼吸科"}),
        ("accreditation", "date", "2021年5月", {"date": "2021-05"}),
        (
            "metric",
            "value",
            "1.2万余例",
            {"value": 12000, "value_max": None, "qualifier": "at_least", "measure": "例"},
        ),
        ("event", "organizers", "青禾市第九医院", {"organizers": ["青禾市第九医院"]}),
        ("accreditation", "status", "通过", {}),
        ("metric", "value", "推出", {}),
    ],
)
def test_a_selection_becomes_a_value(
    web: Web, type_name: str, field: str, part: str, values: dict[str, Any]
) -> None:
    """By the rules with which a run reads print; where none fits, nothing is proposed."""
    asked = {"type": type_name, "field": field, "selection": selection(part)}
    assert web.post("propose/1", asked) == (200, {"values": values})


def test_every_decision_can_be_taken_back(web: Web, run: Path) -> None:
    """Accepted, corrected, rejected, accepted again, added; then back step by step to where it began."""
    unit = {"kind": "correct", "record": "accreditation-a.txt", "values": {"unit": "呼吸科"}}
    steps: list[dict[str, Any]] = [
        {"kind": "accept", "record": "accreditation-a.txt"},
        unit | {"places": {"unit": [selection("呼吸科")]}},
        {"kind": "reject", "record": "accreditation-a.txt", "reason": "重复"},
        {"kind": "accept", "record": "accreditation-a.txt"},
        SERVICE,
        {"kind": "rest"},
    ]
    seen = [_stand(web.post("decide/1", {"kind": "accept", "record": "metric-a.txt"}))]
    seen += [_stand(web.post("decide/1", step)) for step in steps[:-1]]
    assert [one[0] for one in seen] == [
        ["undecided", "accepted"],
        ["accepted", "accepted"],
        ["corrected", "accepted"],
        ["rejected", "accepted"],
        ["corrected", "accepted"],
        ["corrected", "accepted", "added"],
    ]
    back = [_stand(web.post("decide/1", {"kind": "undo"})) for _ in range(6)]
    assert back == [*seen[-2::-1], (["undecided", "undecided"], None)]
    assert len(read(run)) == 12


def _stand(answer: tuple[int, Any]) -> tuple[list[str], str | None]:
    """The statuses, and the unit of the first record."""
    code, values = answer
    assert code == 200, values
    return [one["status"] for one in values["items"]], values["items"][0]["values"]["unit"]


def test_an_app_says_no_word_of_an_article(tmp_path: Path) -> None:
    """Neither requests nor refusals nor its end put text of an article into its output."""
    run = write_run(tmp_path / "run")
    with started(run) as (web, process):
        web.post("decide/1", SERVICE | {"values": {"organization": HOSPITAL}})
        web.post("decide/1", SERVICE)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        assert process.returncode == 0
    assert out == "" and str(run / "review.jsonl") in err
    assert HOSPITAL not in err and "夜间" not in err and web.address not in err


def test_the_pages_link_to_the_runs_own_report(run: Path, web: Web) -> None:
    """The overview is the report as the run wrote it; beyond it there is nothing to be had from the folder."""
    (run / "report.html").write_text("<html>the report", "utf-8")
    code, _, text = web.ask("GET", "report.html")
    assert (code, text) == (200, "<html>the report")
    assert [web.ask("GET", name)[0] for name in ("report/0009.html", "report/run.html")] == [404, 404]

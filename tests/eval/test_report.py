"""The report: one whole file, true to article and figures, and the command that writes it."""

import base64
import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from eval import report
from eval.comparison import over_one_split
from eval.errors import EvalError
from eval.runs import Run
from pipeline.output import page
from tests.eval.conftest import Command
from tests.eval.eval_corpus import OTHER, PLAIN, RECORDS, THIRD, Corpus, changed, without
from tests.eval.report_pages import HARM, HARMFUL, annotate, harmful, page_in, store
from tests.output.html_page import Page
from tests.run.made_up_articles import ALL

Store = Callable[..., Run]
Write = Callable[..., Page]


@pytest.fixture
def written(corpus: Corpus, command: Command) -> Write:
    """Writes a report of the small corpus and reads it back."""

    def write(*arguments: str) -> Page:
        ended = command("report", *arguments, *corpus.flags, "--out", str(corpus.root / "made"))
        assert ended.code == 0, ended.err
        return page_in(corpus.root / "made")

    return write


def test_the_articles_stand_on_the_page_as_printed(stored: Store, written: Write) -> None:
    """Highlights or not, the text of each document is its article character by character."""
    stored()
    assert written().articles == list(ALL.values())


def test_private_numbers_are_nowhere_on_the_page(corpus: Corpus, written: Write) -> None:
    """The masked article is shown; a number in a document's name, a value or a failure is masked, too."""
    phone = "139" + "4321" * 2
    article = f"云岭县中医院院长石一鸣说，请打电话{phone}。\n"
    values = {"type": "appointment", "person": "石一鸣", "position": "院长"}
    annotate(corpus, f"{phone}.txt", article, [(values, "院长石一鸣")], title=f"电话{phone}")
    evidence = [{"start": 0, "end": 5, "text": "云岭县中医"}]
    line = {"document": f"{phone}.txt", **values, "position": f"院长{phone}", "evidence": evidence}
    store(corpus, [line], [{"document": PLAIN, "error": "E", "message": f"call {phone}"}])
    page = written()
    assert article.replace(phone, "*" * len(phone)) in page.articles
    file = (corpus.root / "made" / "eval-report.html").read_text("utf-8")
    assert phone not in file
    assert file.count("*" * len(phone)) >= 5


def test_a_run_alone_has_its_figures_and_no_verdict(stored: Store, written: Write) -> None:
    """Headline with interval, support by field, costs and signature; nothing is called better or worse."""
    stored(changed(PLAIN, 0, date="2021"))
    words = " ".join(written().words.split())
    for part in (
        *("nothing is said about better or worse", "95 % interval", "F1 by document and type"),
        *("accreditation 认定", "date 日期", "Signature", "f1:micro-fields|level:norm", "tokens in"),
        *("2021 is less precise than 2021-05", "≠ differs"),
    ):
        assert part in words
    assert "INCONCLUSIVE" not in words and "F1 A" not in words


def test_two_runs_have_the_verdict_of_compare_and_its_reason(
    corpus: Corpus, command: Command, stored: Store, written: Write
) -> None:
    """What compare says stands at the top; flips are counted, and each is on its document's page."""
    first, second = stored(changed(PLAIN, 0, date="2021")), stored(without(OTHER, 0))
    told = json.loads(command("compare", first.id, second.id, *corpus.flags, "--json").out)
    page = written(second.id, "--against", first.id)
    words = " ".join(page.words.split())
    assert f"{told['verdict']} F1 {told['first']:.3f} → {told['second']:.3f}" in words
    assert told["verdict"] == "INCONCLUSIVE" and told["why"] in words
    assert "1 fixed, 5 broken" in words
    outcomes = [value.split() for value in page.values("data-outcome")]
    assert [one for one in outcomes if "fixed" in one] == [["right", "fixed"]]
    assert [one for one in outcomes if "broken" in one] == [["missed", "broken"]]


def test_what_differs_between_two_signatures_is_marked(corpus: Corpus, stored: Store, written: Write) -> None:
    """Of a run that names its model and one that names nothing: prompts and model, in both."""
    first = store(corpus, [], summary={"settings": {"model": "made-up"}})
    page = written(stored().id, "--against", first.id)
    assert sum(tag == "mark" for tag, _ in page.elements) == 4
    assert "model:made-up" in page.words


def test_a_failed_document_is_told(stored: Store, written: Write) -> None:
    """The reason stands on the overview and on the document's page."""
    stored(failures=[{"document": OTHER, "error": "DocumentError", "message": "the file is torn."}])
    assert written().words.count("the file is torn.") == 2


def test_nothing_to_divide_by_is_no_zero(stored: Store, written: Write) -> None:
    """Where nothing is predicted the precision is n/a; a square without anything says so, too."""
    stored({})
    page = written()
    assert page.words.count("n/a") > 3
    assert any(values.get("class") == "none" for tag, values in page.elements if tag == "td")


def test_without_the_articles_the_records_are_shown(corpus: Corpus, stored: Store, written: Write) -> None:
    """Gold can be scored where the articles are not at hand, and so it can be shown."""
    stored()
    for path in corpus.articles.iterdir():
        path.unlink()
    page = written()
    assert not page.articles
    assert "The article is not at hand" in page.words
    assert len(page.values("data-handle")) == sum(map(len, RECORDS.values())) + len(ALL)


def test_the_worst_documents_have_pages_where_there_are_too_many(
    monkeypatch: pytest.MonkeyPatch, stored: Store, written: Write
) -> None:
    """Every document stays in the heat map, and the page says how many have no page."""
    monkeypatch.setattr(report, "MOST", 1)
    stored(without(THIRD, 0))
    page = written()
    assert page.values("data-doc") == [THIRD]
    assert "2 more are scored and have none" in " ".join(page.words.split())
    assert all(name in page.words for name in (PLAIN, OTHER))


def test_every_mark_in_the_text_has_its_record(stored: Store, written: Write) -> None:
    """Names on the page are unique; each mark leads to a record, each link to what is there."""
    first = stored(changed(PLAIN, 0, date="2021"))
    page = written(stored(without(OTHER, 0)).id, "--against", first.id)
    ids, handles = page.values("id"), page.values("data-handle")
    assert len(ids) == len(set(ids)) and len(handles) == len(set(handles))
    marks = {
        handle
        for side in ("gold", "run", "against")
        for value in page.values(f"data-{side}")
        for handle in value.split()
    }
    assert marks <= set(handles) and len(marks) == sum(map(len, RECORDS.values()))
    links = {link.removeprefix("#").split("&")[0] for link in page.values("href")}
    assert {link for link in links if link.startswith("doc=")} <= set(ids)


def test_the_page_needs_nothing_from_outside(stored: Store, written: Write) -> None:
    """Links stay on the page, nothing is loaded, and the policy lets only our style and script run."""
    stored()
    page = written()
    assert all(link.startswith("#") for link in page.values("href"))
    assert not page.values("src") and not page.values("style")
    (policy,) = (value for value in page.values("content") if "default-src" in value)
    assert policy.startswith("default-src 'none';")
    for name in ("style", "script"):
        (text,) = page.raw[name]
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{name}-src 'sha256-{digest}'" in policy
        assert "http" not in text and "url(" not in text and "@import" not in text


def test_a_harmful_article_stays_text(corpus: Corpus, stored: Store, written: Write) -> None:
    """Markup in article, names, values and reasons opens no element and sets no attribute."""
    friendly = written(stored(changed(PLAIN, 0, date="2021")).id)
    page = written(harmful(corpus).id)
    assert any(text.startswith(HARM) for text in page.articles)
    assert HARMFUL in page.values("data-doc")
    assert page.raw == friendly.raw
    assert {tag for tag, _ in page.elements} <= {tag for tag, _ in friendly.elements} | {"ul", "li"}
    attributes = {name for _, values in page.elements for name in values}
    assert attributes <= {name for _, values in friendly.elements for name in values}
    assert "{{ 7 * 7 }}" in page.words


def test_the_command_tells_its_verdict_and_its_file(corpus: Corpus, command: Command, stored: Store) -> None:
    """For people and as JSON; the same runs give the same file."""
    first, second = stored(changed(PLAIN, 0, date="2021")), stored()
    out = corpus.root / "made"
    flags = (second.id, "--against", first.id, *corpus.flags, "--out", str(out))
    shown = command("report", *flags)
    file = (out / "eval-report.html").read_bytes()
    found = json.loads(command("report", *flags, "--json").out)
    assert shown.out.startswith("INCONCLUSIVE: F1 ") and str(out / "eval-report.html") in shown.out
    assert found["report"] == str(out / "eval-report.html")
    assert (found["run"], found["against"], found["verdict"]) == (second.id, first.id, "INCONCLUSIVE")
    assert (out / "eval-report.html").read_bytes() == file
    assert [path.name for path in out.iterdir()] == ["eval-report.html"]


def test_a_run_that_is_not_there_is_said_to_be(corpus: Corpus, command: Command, stored: Store) -> None:
    """An unknown run, first or second: exit code 3, and no file."""
    run = stored()
    for arguments in (["2099"], [run.id, "--against", "2099"]):
        ended = command("report", *arguments, *corpus.flags, "--out", str(corpus.root / "made"))
        assert ended.code == 3 and "No run of" in ended.err
    assert not (corpus.root / "made").exists()


def test_runs_over_different_splits_are_not_compared(tmp_path: Path) -> None:
    """A difference between them would be one between articles."""
    runs = [Run(tmp_path, {"split": split}) for split in ("pages", "all")]
    with pytest.raises(EvalError, match="different splits: pages and all"):
        over_one_split(*runs)


def test_a_folder_that_cannot_be_written_is_named(corpus: Corpus, command: Command, stored: Store) -> None:
    """A file where the folder should be: exit code 3, with what to do."""
    stored()
    place = corpus.root / "taken"
    place.write_text("mine", encoding="utf-8")
    ended = command("report", *corpus.flags, "--out", str(place))
    assert ended.code == 3
    assert str(place) in ended.err and "choose another folder with --out" in ended.err
    assert place.read_text("utf-8") == "mine"


def test_what_ends_before_its_time_leaves_the_old_report(
    monkeypatch: pytest.MonkeyPatch, corpus: Corpus, command: Command, stored: Store
) -> None:
    """A report that cannot be finished replaces nothing and leaves nothing beside it."""
    stored()
    out = corpus.root / "made"
    flags = (*corpus.flags, "--out", str(out))
    command("report", *flags)
    file = (out / "eval-report.html").read_bytes()
    monkeypatch.setattr(report, "cut", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    assert command("report", *flags).code == 130
    assert [path.read_bytes() for path in out.iterdir()] == [file]


def test_the_templates_are_part_of_the_package() -> None:
    """Every file that the page is made of lies beside the code, none of them unused."""
    folder = Path(report.__file__).parent / "templates"
    files = {path.name for path in folder.iterdir()}
    code = (Path(module.__file__ or "") for module in (report, page))
    text = "".join(path.read_text("utf-8") for path in (*folder.iterdir(), *code))
    assert all(f'"{name}"' in text for name in files)

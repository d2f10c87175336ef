"""Reports for the tests to look at: of the small corpus, and of an article that means harm."""

import hashlib
import json
from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from eval import runs
from eval.gold import load
from eval.predictions import load_predictions
from eval.scoring import scored
from schemas import fields_of
from tests.eval.eval_corpus import Corpus, Values, gold_record

HARM = (
    "</script><script>window.harm = 1; alert(1)</script><img src=x onerror=\"alert(2)\">' onmouseover='alert(3)"
    "<!-- ]]> {{ 7 * 7 }} {% raw %} &lt; &#60;b> </div></body>\u202e"
)
HARMFUL = 'h"><img src=x onerror=alert(4)>&type=x %3Cb%3E.txt'
"""A document's name."""

_VOID = {"meta", "br", "img", "link", "hr", "input"}


class Page(HTMLParser):
    """A page read back: its elements, the text of the articles, styles and scripts; all of it closed."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.articles: list[str] = []
        self.raw: dict[str, list[str]] = {"style": [], "script": []}
        self.words = ""
        self._open: list[tuple[str, str]] = []
        self.feed(text)
        self.close()
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the element."""
        values = {name: value or "" for name, value in attrs}
        self.elements.append((tag, values))
        if tag not in _VOID:
            self._open.append((tag, values.get("class", "")))
        if tag == "div" and values.get("class") == "text":
            self.articles.append("")

    def handle_endtag(self, tag: str) -> None:
        """Hold the element to be the last that was opened."""
        assert self._open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        """Put the text where it belongs."""
        if self._open and self._open[-1][0] in self.raw:
            self.raw[self._open[-1][0]].append(data)
            return
        if ("div", "text") in self._open:
            self.articles[-1] += data
        self.words += data

    def values(self, name: str) -> list[str]:
        """All values of an attribute."""
        return [values[name] for _, values in self.elements if name in values]


def annotate(
    corpus: Corpus, name: str, text: str, records: Sequence[tuple[Values, str]], **article: Any
) -> None:
    """Write one more article, and its gold."""
    (corpus.articles / name).write_bytes(text.encode())
    empty: Values = {spec.name: [] if spec.many else None for spec in fields_of("article")}
    content = {
        "document": name,
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
        "guide": 2,
        "article": empty | {"script": "hans"} | article,
        "records": [gold_record(values, text, part) for values, part in records],
    }
    path = corpus.gold / f"more-{len(list(corpus.gold.iterdir()))}.json"
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


def store(
    corpus: Corpus,
    lines: Sequence[Values],
    failures: Sequence[Values] = (),
    summary: Values | None = None,
) -> runs.Run:
    """Store predictions as a run; ``summary`` is what the pipeline said about it."""
    gold = load(corpus.gold, corpus.articles)
    with runs.unfinished(corpus.runs) as folder:
        for name, values in (("records.jsonl", lines), ("failures.jsonl", failures)):
            text = "".join(f"{json.dumps(one, ensure_ascii=False)}\n" for one in values)
            (folder / name).write_text(text, encoding="utf-8")
        if summary:
            (folder / "run.json").write_text(json.dumps(summary), encoding="utf-8")
        documents = [one.counts for one in scored(gold, load_predictions(folder))]
        return runs.store(folder, gold, "all", documents, 1.0)


def harmful(corpus: Corpus) -> runs.Run:
    """A run in which every text that comes from outside means harm."""
    text = f"{HARM}\n院长石一鸣介绍，该院很好。\n"
    post = {"type": "appointment", "person": "石一鸣", "position": HARM, "organization": HARM}
    annotate(
        corpus, HARMFUL, text, [(post, "院长石一鸣介绍，"), ({**post, "person": HARM}, HARM[:20])], title=HARM
    )
    start = text.index("院长")
    evidence = [{"start": start, "end": start + 2, "text": "院长"}]
    lines: list[Values] = [
        {"document": HARMFUL, **post, "position": f"{HARM}{HARM}", "evidence": evidence},
        {"document": HARMFUL, **post, "person": f"x{HARM}", "evidence": []},
    ]
    failure = {"document": "a-plain.txt", "error": "E", "message": HARM}
    return store(corpus, lines, [failure])


def page_in(folder: Path) -> Page:
    """The report in a folder."""
    return Page((folder / "eval-report.html").read_text("utf-8"))

"""Reports for the tests to look at: of the small corpus, and of an article that means harm."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from eval import runs
from eval.gold import load
from eval.predictions import load_predictions
from eval.scoring import scored
from schemas import fields_of
from tests.eval.eval_corpus import Corpus, Values, gold_record
from tests.output.html_page import Page

HARM = (
    "</script><script>window.harm = 1; alert(1)</script><img src=x onerror=\"alert(2)\">' onmouseover='alert(3)"
    "<!-- ]]> {{ 7 * 7 }} {% raw %} &lt; &#60;b> </div></body>\u202e"
)
HARMFUL = 'h"><img src=x onerror=alert(4)>&type=x %3Cb%3E.txt'
"""A document's name."""


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

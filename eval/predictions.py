"""Predictions on disk: the folder of a pipeline run, or a file of records alone."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from eval.errors import RecordsError
from eval.facts import DocumentFacts, Fact, of_article, of_record
from schemas import Article, Failure, parse_record

RECORDS: Final = "records.jsonl"
ARTICLES: Final = "articles.jsonl"
FAILURES: Final = "failures.jsonl"


def load_predictions(path: Path) -> dict[str, DocumentFacts]:
    """The facts by document: of a folder with ``records.jsonl`` and files beside it, or of one such file.

    Raises:
        RecordsError: there is no such file, or a line of it is no record.
    """
    records_file = path / RECORDS if path.is_dir() else path
    if not records_file.is_file():
        raise RecordsError(
            f"There are no records at {records_file}.",
            next_step="Give the folder of a run, or a file like records.jsonl.",
        )
    records, articles = _records(records_file), dict[str, Fact]()
    failed, questions = dict[str, str](), Counter[str]()
    if path.is_dir():
        articles = _articles(path / ARTICLES)
        failed, questions = _failures(path / FAILURES)
    names = [*records, *articles, *failed, *questions]
    return {
        name: DocumentFacts(
            name,
            articles.get(name),
            tuple(records.get(name, ())),
            failed.get(name, ""),
            questions[name],
        )
        for name in dict.fromkeys(names)
    }


def _records(path: Path) -> dict[str, list[Fact]]:
    found: defaultdict[str, list[Fact]] = defaultdict(list)
    for place, values in _lines(path):
        try:
            record = parse_record(values)
        except ValidationError as error:
            raise _not_valid(place, "record", error) from None
        if record.document is None:
            raise RecordsError(f"{place}: the record does not say of which document it is.")
        found[record.document].append(of_record(record))
    return dict(found)


def _articles(path: Path) -> dict[str, Fact]:
    found: dict[str, Fact] = {}
    for place, values in _lines(path):
        try:
            article = Article.model_validate_json(json.dumps(values))
        except ValidationError as error:
            raise _not_valid(place, "article", error) from None
        if article.document is not None:
            found[article.document] = of_article(article)
    return found


def _failures(path: Path) -> tuple[dict[str, str], Counter[str]]:
    """Of each document that failed as a whole the reason; of the others, how many questions failed."""
    failed: dict[str, str] = {}
    questions: Counter[str] = Counter()
    for place, values in _lines(path):
        try:
            failure = Failure.model_validate(values)
        except ValidationError as error:
            raise _not_valid(place, "failure", error) from None
        if failure.chunk is None:
            failed[failure.document] = failure.message
        else:
            questions[failure.document] += 1
    return failed, questions


def _lines(path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each line that is not empty, with its place for messages; nothing where there is no file."""
    if not path.is_file():
        return
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            place = f"{path}, line {number}"
            try:
                values = json.loads(line.decode("utf-8"))
            except ValueError as error:  # UnicodeDecodeError is one, too.
                raise RecordsError(f"{place}: this is not JSON ({error}).") from None
            if not isinstance(values, dict):
                raise RecordsError(f"{place}: an object is expected.")
            yield place, values


def _not_valid(place: str, what: str, error: ValidationError) -> RecordsError:
    first = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(map(str, first["loc"]))
    return RecordsError(f"{place}: this is no {what}: {where}: {first['msg']}.")

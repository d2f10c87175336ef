"""What the tests of the harness share."""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from eval import runs
from eval.cli import main
from eval.gold import load
from eval.predictions import load_predictions
from eval.scoring import scored
from tests.eval.eval_corpus import RECORDS, Corpus, Values
from tests.run.command import Ended

Command = Callable[..., Ended]


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    """A small gold set, written to disk."""
    made = Corpus(tmp_path / "corpus")
    made.write()
    return made


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs ``python -m eval`` in this process."""

    def run(*arguments: str) -> Ended:
        capsys.readouterr()
        try:
            code = main(arguments)
        except SystemExit as end:
            code = int(end.code or 0)
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return Ended(code, out, err)

    return run


@pytest.fixture
def stored(corpus: Corpus) -> Callable[..., runs.Run]:
    """Stores predictions as a run, as the command ``run`` does with those of the pipeline."""

    def store(
        records: Mapping[str, Sequence[tuple[Values, str]]] = RECORDS, failures: Sequence[Any] = ()
    ) -> runs.Run:
        gold = load(corpus.gold, corpus.articles)
        with runs.unfinished(corpus.runs) as folder:
            made = corpus.predict(f"made-{time.monotonic_ns()}", records)
            (folder / "records.jsonl").write_bytes((made / "records.jsonl").read_bytes())
            lines = "".join(f"{json.dumps(one)}\n" for one in failures)
            (folder / "failures.jsonl").write_text(lines, encoding="utf-8")
            documents = [one.counts for one in scored(gold, load_predictions(folder))]
            return runs.store(folder, gold, "all", documents, 1.0)

    return store

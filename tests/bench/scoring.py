"""How long scoring takes, and how much memory: synthetic gold against predictions that err in a third of the values.

``python -m tests.bench.scoring [DOCUMENTS] [RECORDS]``; a thousand documents of a hundred records unless told
otherwise. Run by hand: time is no test. The most memory is told at a quarter, at half and at all of the documents.
"""

import random
import resource
import sys
import time
from collections.abc import Iterator
from typing import Any

from eval.facts import DocumentFacts, Fact
from eval.figures import figures
from eval.score import DocumentCounts, score
from schemas import RECORD_TYPES, Comparator, FieldSpec, fields_of

_SYLLABLES = "东西南北中山水云林江河海城安平和明光华文正"
_ERRS = 0.3


def main(documents: int = 1000, records: int = 100) -> None:
    """Score, sum up, and say what it took."""
    started = time.perf_counter()
    scored: list[DocumentCounts] = []
    held: dict[int, float] = {}
    for number, (gold, predicted) in enumerate(pairs(documents, records), start=1):
        scored.append(score(gold, predicted).counts)
        if number in (documents // 4, documents // 2, documents):
            held[number] = memory()
            print(f"{number} documents: {time.perf_counter() - started:.1f} s, {held[number]:.0f} MB at most")
    found = figures(scored, "benchmark")
    seconds = time.perf_counter() - started
    quarter, whole = held[documents // 4], memory()
    print(
        f"with the figures {whole:.0f} MB at most: {whole / quarter:.2f} times that of a quarter of the documents"
    )
    print(
        f"F1 {found['levels']['norm']['f1']:.3f}; {documents} documents of {records} records: {seconds:.1f} s"
    )


def pairs(documents: int, records: int) -> Iterator[tuple[DocumentFacts, DocumentFacts]]:
    """Gold and predictions of one document after the other; the same in every run."""
    draw = random.Random(1)
    kinds = list(RECORD_TYPES)
    for number in range(documents):
        gold = [made_up(kinds[at % len(kinds)], draw) for at in range(records)]
        predicted = [erring(fact, draw) for fact in gold if draw.random() > _ERRS / 3]
        draw.shuffle(predicted)
        yield (
            DocumentFacts(f"{number}.txt", records=tuple(gold)),
            DocumentFacts(f"{number}.txt", records=tuple(predicted)),
        )


def made_up(kind: str, draw: random.Random) -> Fact:
    """A record of the type, with three quarters of its fields stated."""
    values = {
        spec.name: value(spec, draw) if spec.key or draw.random() < 0.75 else None for spec in fields_of(kind)
    }
    return Fact(kind, values)


def erring(fact: Fact, draw: random.Random) -> Fact:
    """The record with some values drawn anew."""
    values = {
        spec.name: value(spec, draw) if draw.random() < _ERRS else fact.values[spec.name]
        for spec in fact.specs
    }
    return Fact(fact.type, values)


def value(spec: FieldSpec, draw: random.Random) -> Any:
    """A value that the field may have."""
    if spec.many:
        return tuple(name(draw, 6) for _ in range(draw.randint(2, 4)))
    match spec.comparator:
        case Comparator.ENUM:
            return draw.choice(spec.choices)
        case Comparator.BOOLEAN:
            return draw.random() < 0.2
        case Comparator.NUMBER:
            return draw.randint(1, 10**6)
        case Comparator.DATE:
            return f"{draw.randint(2015, 2024)}-{draw.randint(1, 12):02d}"
        case Comparator.PERSON:
            return name(draw, 3)
        case _:
            return name(draw, draw.randint(5, 14))


def name(draw: random.Random, length: int) -> str:
    """Some characters."""
    return "".join(draw.choices(_SYLLABLES, k=length))


def memory() -> float:
    """The most memory that this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

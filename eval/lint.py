"""Whether gold is fit to judge by: valid, its spans in the articles, no key twice, unknown to the prompts."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import ValidationError

import prompts
from eval.canonical import canonical_text
from eval.facts import of_gold, strings
from eval.gold import MANIFEST, differing, places, sha256
from pipeline.document import read
from pipeline.errors import DocumentError
from pipeline.run import SEEDS
from schemas import Comparator
from schemas.gold import GoldDocument, load_gold

LONGEST_SHARED: Final = 12
"""Characters in a row that a prompt may not share with an article."""
_LEAST_NAME: Final = {Comparator.PERSON: 3, Comparator.ORGANIZATION: 6}
"""Shorter names are too common to tell where they come from."""
_PROMPTS: Final = Path(str(prompts.__file__)).parent


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at; a ``fault`` must be mended, the rest is to be known."""

    document: str
    what: str
    fault: bool = True


def lint(folder: Path | None, articles: Path | None) -> list[Finding]:
    """All findings about the gold in a folder, or, where none is named, about the gold of every split."""
    known = [(folder, SEEDS)] if folder else places()
    return [finding for one, beside in known for finding in _folder(one, articles or beside)]


def _folder(folder: Path, articles: Path) -> list[Finding]:
    found = [*_manifest(folder)]
    for path in sorted(folder.glob("*.json")):
        try:
            gold = load_gold(path)
        except (OSError, UnicodeDecodeError) as error:
            found.append(Finding(path.name, f"cannot be read: {error}"))
        except ValidationError as error:
            faults = error.errors(include_url=False, include_input=False)
            found += [
                Finding(path.name, f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}") for fault in faults
            ]
        else:
            found += [*_article(gold, articles), *_twice(gold)]
    return found


def _manifest(folder: Path) -> Iterator[Finding]:
    names = differing(folder)
    if names is None:
        yield Finding(
            folder.name, f"there is no {MANIFEST}: a change of gold would go unnoticed", fault=False
        )
    for name in names or ():
        yield Finding(name, f"is not what {MANIFEST} says")


def _article(gold: GoldDocument, articles: Path) -> Iterator[Finding]:
    path = articles / gold.document
    if not path.is_file():
        yield Finding(
            gold.document, f"the article is not in {articles}: its spans cannot be looked at", fault=False
        )
        return
    if sha256(path) != gold.sha256:
        yield Finding(gold.document, "the article is not the file that was annotated: its hash differs")
        return
    source = next(iter(read([str(path)])))
    if isinstance(source, DocumentError):
        yield Finding(gold.document, source.message)
        return
    text = source.text
    for number, one in enumerate(gold.records):
        for start, end in one.evidence:
            if end > len(text) or not text[start:end].strip():
                what = f"record {number} ({one.record.type}): nothing stands at {start}-{end}"
                yield Finding(gold.document, what)
    yield from _known_to_prompts(gold, canonical_text(text))


def _twice(gold: GoldDocument) -> Iterator[Finding]:
    keys = Counter((one.record.type, one.record.key()) for one in gold.records)
    for (kind, key), times in keys.items():
        if times > 1:
            shown = ", ".join("、".join(part) if isinstance(part, tuple) else str(part) for part in key)
            yield Finding(gold.document, f"{times} records of {kind} have one key: {shown}", fault=False)


def _known_to_prompts(gold: GoldDocument, article: str) -> Iterator[Finding]:
    """Text of the article, or a name of its gold, in a prompt: the model would be shown the answer."""
    names = _names(gold)
    for path in sorted(_PROMPTS.rglob("*")):
        if path.suffix not in (".toml", ".jsonl"):
            continue
        shown = canonical_text(path.read_text(encoding="utf-8"))
        if run := next((run for run in runs(shown) if run in article), None):
            yield Finding(gold.document, f"prompts/{path.relative_to(_PROMPTS)} has text of it: {run}")
        for name in sorted(name for name in names if name in shown):
            yield Finding(gold.document, f"prompts/{path.relative_to(_PROMPTS)} has a name of it: {name}")


def runs(text: str) -> Iterator[str]:
    """Every LONGEST_SHARED characters in a row of ``text``."""
    return (text[at : at + LONGEST_SHARED] for at in range(len(text) - LONGEST_SHARED + 1))


def _names(gold: GoldDocument) -> set[str]:
    facts = of_gold(gold).records
    return {
        plain
        for fact in facts
        for spec, value in strings(fact)
        if spec.name != "unit"
        and len(plain := canonical_text(value)) >= _LEAST_NAME.get(spec.comparator, len(plain) + 1)
    }

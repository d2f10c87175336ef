"""The development articles: invented, whole, apart from the five that figures are given for."""

import json
from collections import Counter

from eval.canonical import canonical_text
from eval.gold import FOLDER, MANIFEST, load, splits
from eval.lint import runs
from eval.runs import signature_of
from pipeline.run import SEEDS
from schemas import RECORD_TYPES
from tests.eval.conftest import Command

DEV = FOLDER / "dev"


def test_the_development_split_has_articles_of_its_own() -> None:
    """At least eight documents, each with the article that was annotated, and every article with its gold."""
    gold = load(split="dev")
    assert len(gold.documents) >= 8
    assert all(gold.text(one) for one in gold.documents)
    assert {one.document for one in gold.documents} == {path.name for path in gold.articles.iterdir()}
    listed = {line.split()[1] for line in (DEV / MANIFEST).read_text("utf-8").splitlines()}
    assert listed == {path.name for path in DEV.glob("*.json")}


def test_synthetic_articles_are_never_in_the_default_split() -> None:
    """The default is the five real ones; a figure about synthetic ones says so."""
    real, made = load(), load(split="dev")
    assert [name for name, one in splits().items() if one.synthetic] == ["dev"]
    assert real.articles == SEEDS and not real.synthetic
    assert not {one.document for one in real.documents} & {one.document for one in made.documents}
    assert signature_of(made, 1, {}).endswith("|articles:synthetic")
    assert "synthetic" not in signature_of(real, 1, {})


def test_every_type_is_in_several_development_articles() -> None:
    """No type hangs on one article, but cases and notices, which an article has or has not."""
    kinds = Counter(
        kind for one in load(split="dev").documents for kind in {r.record.type for r in one.records}
    )
    assert set(kinds) == set(RECORD_TYPES)
    assert {kind for kind, documents in kinds.items() if documents < 2} <= {"case", "notice"}


def test_development_articles_share_no_text_with_the_bundled_ones() -> None:
    """They are written, not copied: no twelve characters in a row of one stand in the other."""
    seeds = [canonical_text(path.read_text("utf-8")) for path in SEEDS.glob("*.txt")]
    gold = load(split="dev")
    assert len(seeds) == 5
    for one in gold.documents:
        text = canonical_text(gold.path(one).read_text("utf-8"))
        found = {*runs(text)}
        assert found and not [run for run in found if any(run in seed for seed in seeds)]


def test_the_commands_know_where_a_split_lies(command: Command) -> None:
    """Gold against itself is right, its articles found without further flags."""
    found = json.loads(command("agree", str(DEV), str(DEV), "--split", "dev", "--json").out)
    assert found["levels"]["exact"]["f1"] == 1
    assert "articles:synthetic" in found["signature"]

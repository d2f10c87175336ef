"""The records on a document's page: each value once, with what became of it and why."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given

from eval.facts import DocumentFacts, Fact
from eval.report_records import Item, Mark, Outcome, Side, items
from eval.score import score
from eval.texts import Text, text_of
from pipeline.document import Source
from schemas import fields_of
from tests.eval.eval_facts import document, facts, post

HERE = "东海市第一医院"
WORDS = "张伟任东海市第一医院骨科主任。李明芳任康复科副主任。"
GOLD = post("张伟", "主任", HERE, unit="骨科", spans=((0, 15),))
SECOND = post("李明芳", "副主任", unit="康复科", spans=((15, 26),))


def text() -> Text:
    """The article in which the records stand."""
    return text_of(Source("made-up.txt", "made-up.txt", WORDS, "utf-8", "0" * 64, {}))


def page(
    gold: list[Fact], run: list[Fact] | None, against: list[Fact] | None = None, at_hand: bool = True
) -> tuple[Item, ...]:
    """The items of a document; None for a run is a document that failed."""
    sides = [
        score(document(*gold), document(*side) if side is not None else None, text() if at_hand else None)
        for side in (run, against)
    ]
    return items(sides[0], sides[1] if against is not None else None)


def said(item: Item) -> str:
    """Everything that is said of an item."""
    return " ".join(one.words for one in (*item.notes, *(each for row in item.rows for each in row.words)))


WRONG = replace(GOLD, values={**GOLD.values, "unit": "康复科"})
SPELLED = replace(GOLD, values={**GOLD.values, "person": "張偉"})
BARE = replace(GOLD, spans=())
STRANGER = post("张强", "主任医师", spans=((0, 3),))

CASES = [
    ("equal values are right", [GOLD], None, (Outcome.RIGHT,), ""),
    ("another spelling is right and told", [SPELLED], None, (Outcome.RIGHT,), "differ in spelling only"),
    ("a wrong value has the comparator's words", [WRONG], None, (Outcome.DIFFERS,), "骨科 and 康复科"),
    ("nothing found is missed", [], None, (Outcome.MISSED,), "Nothing of its type is left"),
    ("a record without evidence has no place", [BARE], None, (Outcome.RIGHT, Outcome.UNPLACED), "no place"),
    ("evidence elsewhere is told", [replace(GOLD, spans=((16, 19),))], None, (Outcome.RIGHT,), "none of the sentences"),
    ("evidence beyond the end is no place", [replace(GOLD, spans=((900, 950),))], None,
     (Outcome.RIGHT, Outcome.UNPLACED), "no place"),
    ("what came right is fixed", [GOLD], [WRONG], (Outcome.RIGHT, Outcome.FIXED), ""),
    ("what went wrong is broken", [WRONG], [GOLD], (Outcome.DIFFERS, Outcome.BROKEN), "骨科 and 康复科"),
    ("what is lost is broken", [], [GOLD], (Outcome.MISSED, Outcome.BROKEN), "Nothing of its type is left"),
    ("the same in both is neither", [WRONG], [WRONG], (Outcome.DIFFERS,), "骨科 and 康复科"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("run", "against", "outcomes", "words"), [one[1:] for one in CASES], ids=[one[0] for one in CASES]
)
def test_a_gold_record_has_its_outcome_and_why(
    run: list[Fact], against: list[Fact] | None, outcomes: tuple[Outcome, ...], words: str
) -> None:
    """One item for the gold record, with what became of it and the reason in words."""
    (item,) = page([GOLD], run, against)
    assert item.outcomes == outcomes
    assert words in said(item)
    assert said(item).count("骨科 and 康复科") <= 1


SPURIOUS = [
    ("alone", [STRANGER], None, [(Outcome.SPURIOUS,)]),
    ("in the run only", [STRANGER], [], [(Outcome.SPURIOUS, Outcome.NEW)]),
    ("in the other run only", [], [STRANGER], [(Outcome.GONE,)]),
    ("in both", [STRANGER], [STRANGER], [(Outcome.SPURIOUS,)]),
    ("twice in the run, once in the other", [STRANGER, STRANGER], [STRANGER],
     [(Outcome.SPURIOUS,), (Outcome.SPURIOUS, Outcome.NEW)]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("run", "against", "outcomes"), [one[1:] for one in SPURIOUS], ids=[one[0] for one in SPURIOUS]
)
def test_a_record_that_gold_has_not_is_spurious(
    run: list[Fact], against: list[Fact] | None, outcomes: list[tuple[Outcome, ...]]
) -> None:
    """What both runs have is one item; else it is new or gone."""
    found = page([], run, against)
    assert sorted(one.outcomes for one in found) == sorted(outcomes)


def test_a_missed_record_names_the_nearest() -> None:
    """What is left over on the other side is told, and why it was not taken."""
    item = page([GOLD], [STRANGER])[0]
    assert item.outcomes == (Outcome.MISSED,)
    assert "no key field agrees" in said(item) and "张强" in said(item)


def test_private_numbers_are_masked_in_values_and_words() -> None:
    """A number that a prediction carries from elsewhere comes neither as value nor in the words."""
    phone = "138" + "1234" * 2
    gold = post("张伟", "主任", HERE, spans=((0, 5),))
    found = page([gold], [post("张伟", "主任", f"{HERE}{phone}", spans=((0, 5),))])
    assert phone not in repr(found)
    assert "*" * len(phone) in repr(found)


def test_items_come_list_by_list_in_reading_order() -> None:
    """Matched, missed, spurious; in each what stands first in the article comes first."""
    found = page([SECOND, GOLD], [SECOND, GOLD, STRANGER])
    assert [(one.number, one.group, one.start) for one in found] == [
        (1, "matched", 0),
        (2, "matched", 15),
        (3, "spurious", 0),
    ]


def test_without_the_article_nothing_is_said_of_places() -> None:
    """Where the text is not at hand no record is called one without a place."""
    (item,) = page([GOLD], [BARE], at_hand=False)
    assert item.outcomes == (Outcome.RIGHT,)


def test_the_articles_header_is_an_item_of_its_own() -> None:
    """What is known of the article stands on its page like a record, gold beside the run."""
    empty = {spec.name: None for spec in fields_of("article")}
    header = Fact("article", {**empty, "title": "甲", "script": "hans"})
    other = Fact("article", {**header.values, "title": "乙"})
    gold, run = (DocumentFacts("made-up.txt", one) for one in (header, other))
    (item,) = items(score(gold, run, text()))
    assert (item.type, item.outcomes[0]) == ("article", Outcome.DIFFERS)
    assert "甲 and 乙" in said(item)


@given(facts, facts, facts)
def test_every_value_is_on_the_page_as_often_as_it_is_counted(
    gold: list[Fact], run: list[Fact], against: list[Fact]
) -> None:
    """True positives, false positives and false negatives of both runs can be counted off the page."""
    scores = [score(document(*gold), document(*side)) for side in (run, against)]
    found = items(scores[0], scores[1])
    assert sorted(one.number for one in found) == list(range(1, len(found) + 1))
    for side, scored in zip((Side.RUN, Side.AGAINST), scores, strict=True):
        marks: Counter[Mark] = Counter()
        for item in found:
            for row in item.rows:
                if side in row.cells:
                    marks[row.cells[side].mark] += 1
                elif row.cells.get(Side.GOLD) and row.cells[Side.GOLD].text:
                    marks[Mark.MISSING] += 1
        total = scored.counts.total()
        assert marks[Mark.RIGHT] == total.tp
        assert marks[Mark.WRONG] + marks[Mark.EXTRA] == total.fp
        assert marks[Mark.WRONG] + marks[Mark.MISSING] == total.fn


@given(facts, facts)
def test_a_run_against_itself_changes_nothing(gold: list[Fact], run: list[Fact]) -> None:
    """No item is fixed, broken, new or gone."""
    one = score(document(*gold), document(*run))
    changes = {Outcome.FIXED, Outcome.BROKEN, Outcome.NEW, Outcome.GONE}
    assert not any(changes & set(item.outcomes) for item in items(one, one))

"""Which predicted record is taken for which gold record."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.align import GATE, Alignment, align, in_order, likenesses
from eval.facts import Fact
from eval.names import NO_NAMES
from tests.eval.eval_facts import appointments, fact, post


def aligned(gold: list[Fact], predicted: list[Fact], gate: float = GATE) -> Alignment:
    """The alignment of facts of one type."""
    return align(in_order(gold, NO_NAMES), in_order(predicted, NO_NAMES), (gate,))[0]


def told(alignment: Alignment) -> tuple[list[tuple[str, str]], list[str], list[str]]:
    """An alignment as plain values."""
    return (
        [(pair.gold.fact.order(), pair.predicted.fact.order()) for pair in alignment.pairs],
        [one.fact.order() for one in alignment.missed],
        [one.fact.order() for one in alignment.spurious],
    )


several = st.lists(appointments, max_size=6)


@given(gold=several, predicted=several, data=st.data())
def test_the_order_of_records_changes_nothing(
    gold: list[Fact], predicted: list[Fact], data: st.DataObject
) -> None:
    """Permuting gold and predictions gives the same pairs, missed and spurious records."""
    before = told(aligned(gold, predicted))
    after = told(aligned(data.draw(st.permutations(gold)), data.draw(st.permutations(predicted))))
    assert after == before


@given(gold=several, predicted=several)
def test_every_record_is_used_once(gold: list[Fact], predicted: list[Fact]) -> None:
    """A record is in one pair, or left over."""
    pairs, missed, spurious = told(aligned(gold, predicted))
    assert sorted([pair[0] for pair in pairs] + missed) == sorted(one.order() for one in gold)
    assert sorted([pair[1] for pair in pairs] + spurious) == sorted(one.order() for one in predicted)


@given(gold=st.lists(appointments, max_size=4), predicted=st.lists(appointments, max_size=4))
def test_no_other_assignment_is_more_alike(gold: list[Fact], predicted: list[Fact]) -> None:
    """The sum of likenesses is the largest that trying all assignments finds."""
    if not gold or not predicted:
        return
    likeness, agree = likenesses(in_order(gold, NO_NAMES), in_order(predicted, NO_NAMES))
    allowed = np.where(agree & (likeness >= GATE), likeness, 0.0)
    if len(gold) > len(predicted):
        allowed = allowed.T
    rows = range(len(allowed))
    best = max(
        sum(allowed[row, column] for row, column in zip(rows, columns, strict=True))
        for columns in itertools.permutations(range(allowed.shape[1]), len(allowed))
    )
    assert sum(pair.likeness for pair in aligned(gold, predicted).pairs) == pytest.approx(best)


@given(gold=several)
def test_gold_is_aligned_with_itself(gold: list[Fact]) -> None:
    """Nothing is left over, and every pair is alike in all."""
    alignment = aligned(gold, gold)
    assert len(alignment.pairs) == len(gold)
    assert all(pair.likeness == 1.0 and pair.keys_equal for pair in alignment.pairs)


@given(gold=several, predicted=several)
def test_a_higher_gate_allows_no_more_pairs_of_little_likeness(
    gold: list[Fact], predicted: list[Fact]
) -> None:
    """Every pair reaches the gate."""
    for gate in (0.3, 0.5, 0.7):
        assert all(pair.likeness >= gate for pair in aligned(gold, predicted, gate).pairs)


def test_the_whole_is_aligned_best_not_the_first_record() -> None:
    """A record that would do for two gold records goes where the sum is largest."""
    gold = [post("张伟", "主任", "东海市第一医院", unit="骨科"), post("张伟", "主任", "东海市第一医院")]
    predicted = [
        post("张伟", "主任", "东海市第一医院"),
        post("张伟", "副主任", "东海市第一医院", unit="骨科"),
    ]
    alignment = aligned(gold, predicted)
    assert {
        (pair.gold.fact.values["unit"], pair.predicted.fact.values["unit"]) for pair in alignment.pairs
    } == {
        ("骨科", "骨科"),
        (None, None),
    }


def test_a_pair_without_a_key_field_in_common_is_forbidden() -> None:
    """Agreement of other fields alone makes no pair, however low the gate."""
    gold = fact("case", patient="王女士", organization="东海市第一医院", unit="骨科", age=60, date="2023")
    other = fact("case", patient="赵先生", organization="东海市第一医院", unit="骨科", age=60, date="2023")
    alignment = aligned([gold], [other], 0.1)
    assert not alignment.pairs and len(alignment.missed) == len(alignment.spurious) == 1


def test_null_against_null_earns_nothing() -> None:
    """Two records that state one field each, differently, are not alike by what both leave open."""
    gold, other = post("张伟", "主任"), post("张强", "主治医师")
    likeness, agree = likenesses(in_order([gold], NO_NAMES), in_order([other], NO_NAMES))
    # Only ``former`` agrees: 1 of 4 + 4 + 1.
    assert likeness[0, 0] == pytest.approx(1 / 9)
    assert not agree[0, 0]


SAME_HOSPITAL = [
    (
        fact("service", organization="东海市第一医院", name="夜间门诊"),
        fact("service", organization="东海市第一医院", name="送药上门"),
    ),
    (
        fact(
            "metric", subject="东海市第一医院", indicator="床位", value=800, kind="level", qualifier="exact"
        ),
        fact(
            "metric",
            subject="东海市第一医院",
            indicator="年手术量",
            value=60,
            kind="level",
            qualifier="exact",
        ),
    ),
    (
        fact("system", organization="东海市第一医院", name="预约平台", action="launched"),
        fact("system", organization="东海市第一医院", name="病历质控系统", action="launched"),
    ),
]


@pytest.mark.parametrize(("gold", "other"), SAME_HOSPITAL, ids=["service", "metric", "system"])
def test_one_hospital_and_one_status_make_no_pair(gold: Fact, other: Fact) -> None:
    """What many records of an article share does not make two of them the same fact."""
    assert not aligned([gold], [other]).pairs


def test_key_fields_weigh_more() -> None:
    """A wrong name costs more than a wrong detail."""
    gold = fact("technique", organization="东海市第一医院", name="微创手术", date="2023", novelty="全市首例")
    wrong_key = fact("technique", organization="西海大学", name="微创手术", date="2023", novelty="全市首例")
    wrong_detail = fact(
        "technique", organization="东海市第一医院", name="微创手术", date="2022", novelty="全市首例"
    )
    likeness, _ = likenesses(
        in_order([gold], NO_NAMES), [in_order([one], NO_NAMES)[0] for one in (wrong_key, wrong_detail)]
    )
    assert likeness[0, 0] < likeness[0, 1] < 1


@pytest.mark.parametrize(
    ("gold", "predicted"), [([], []), ([post("张伟", "主任")], []), ([], [post("张伟", "主任")])]
)
def test_an_empty_side_leaves_all_over(gold: list[Fact], predicted: list[Fact]) -> None:
    """Without a partner there is no pair."""
    alignment = aligned(gold, predicted)
    assert (len(alignment.pairs), len(alignment.missed), len(alignment.spurious)) == (
        0,
        len(gold),
        len(predicted),
    )

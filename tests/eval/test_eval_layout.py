"""The figure for reading order: neighbouring pieces that follow each other, single pieces left in one."""

from eval.gold import load
from eval.layout import Order, order, repairs
from schemas.article import Article
from schemas.gold import GoldDocument, GoldRecord

SOURCE = "医院通过 患者满意 国家评审。 家属放心。"
"""Two columns of two lines, row by row: the words of each stand five places on."""
IN_ORDER = (*range(5), *range(10, 16), *range(5, 10), *range(16, len(SOURCE)))


def gold(*evidence: list[tuple[int, int]]) -> GoldDocument:
    records = [
        GoldRecord.model_validate(
            {
                "record": {"type": "service", "organization": "医院", "name": "服务"},
                "evidence": tuple(spans),
            }
        )
        for spans in evidence
    ]
    return GoldDocument.model_construct(
        document="made.txt", sha256="0" * 64, guide=2, article=Article(), records=tuple(records)
    )


def test_neighbours_count_where_the_next_piece_comes_right_behind() -> None:
    """In the file's order another column stands between two pieces; in reading order nothing does."""
    far = "　" * 3 + "隔" * 11
    source = SOURCE[:4] + far + SOURCE[4:]
    shift = len(far)
    read = (*range(4), *range(10 + shift, 15 + shift), *range(4, 10 + shift), *range(15 + shift, len(source)))
    pieces = gold([(0, 4), (10 + shift, 14 + shift)])
    assert order(pieces, source, range(len(source))) == Order(neighbours=1, following=0)
    assert order(pieces, source, read) == Order(neighbours=1, following=1)


def test_a_single_piece_counts_where_nothing_comes_between() -> None:
    """White space inside a piece is no gap; a line of another column is one."""
    pieces = gold([(0, 9)], [(10, 15)])
    assert order(pieces, SOURCE, range(len(SOURCE))) == Order(singles=2, contiguous=2)
    assert order(pieces, SOURCE, IN_ORDER) == Order(singles=2, contiguous=1)


def test_equal_pieces_of_several_records_count_once() -> None:
    """Two records that one sentence states do not weigh twice."""
    assert order(gold([(0, 4)], [(0, 4)]), SOURCE, range(len(SOURCE))).singles == 1


def test_shares_of_nothing_are_none() -> None:
    """An article without torn statements has no share of them."""
    assert Order().following_share is None
    assert Order().contiguous_share is None
    assert Order(4, 3, 2, 2).following_share == 0.75
    assert Order.total([Order(1, 1, 0, 0), Order(2, 0, 3, 1)]) == Order(3, 1, 3, 1)


def test_the_bundled_articles_come_into_reading_order() -> None:
    """Of the page with torn columns three quarters of the neighbours follow each other; elsewhere nothing is torn."""
    found = {one.document[:3]: one for one in repairs(load())}
    assert (found["002"].before.following_share or 0) < 0.05
    assert (found["002"].after.following_share or 0) >= 0.75
    assert (Order.total(one.after for one in found.values()).contiguous_share or 0) >= 0.98

"""Classified notices printed on an article's page: lost papers and seals, corrections, announcements."""

import re
from collections.abc import Sequence
from itertools import groupby, pairwise, takewhile

from pipeline.document.text import HAN, Section

_TITLE = re.compile(
    rf"[【\[*]?[{HAN}]{{0,8}}(?:公告|声明|聲明|启事|啟事|公示|更正|通告|遗失|遺失|作废|作廢|挂失|掛失)[】\]*]?"
)
_CUE = re.compile(
    "遗失|遺失|丢失|丟失|作废|作廢|挂失|掛失|注销|註銷|清算|减资|減資|被盗|被盜|特此声明|特此聲明|特此公告|拍卖|拍賣"
    "|招领|認領|认领|更正为|更正為|致歉|债权人|債權人"
)
_OVER = re.compile("作废|作廢|特此声明|特此聲明|特此公告|注销|註銷|致歉|更正为|更正為|挂失|掛失")
_LOST = re.compile("(?:遗失|遺失|丢失|丟失|不慎|被盗|被盜).{0,120}(?:作废|作廢)")
_SIGNATURE = re.compile(
    r"[（(].*[）)]|.*(?:声明人|聲明人|公告人|日期|联系|聯繫|电话|電話|地址)[：:]?.{0,30}"
    r"|[^，。]*(?:公司|医院|醫院|委员会|委員會|经营部|商店|中心|厂|廠|店)"
    r"|[^，。]*[0-9０-９]\s*[年月日]"
)
_OF_NOTICE = re.compile("声明人|聲明人|公告人|公章|手章|作废|作廢|日期[:：]")

_TITLE_LONGEST = 12
_LOST_LONGEST = 160
"""A notice without a title is at most so long; a longer block that speaks of a loss is an article."""
_SIGNATURE_LONGEST = 60
_NOTICE_LONGEST = 500
_BETWEEN_LONGEST = 120
"""Blocks between two notices that are longer together are an article."""


def is_notice_title(text: str) -> bool:
    """Whether a line is a heading such as ``遗失声明`` and nothing else."""
    bare = "".join(text.split())
    return len(bare) <= _TITLE_LONGEST and _TITLE.fullmatch(bare) is not None


def sections(blocks: Sequence[str]) -> list[Section]:
    """``notice`` or ``article`` for each block, in order.

    A notice is a title with a block that speaks of a loss, withdrawal or correction before the next title, up
    to its signature; or a short block that says alone that something lost is void; or what stands between two
    notices, or has a notice's words below one.
    """
    marks: list[Section] = ["article"] * len(blocks)
    titles = [at for at, block in enumerate(blocks) if is_notice_title(block)]
    for start, stop in pairwise([*titles, len(blocks)]):
        for at in range(start, _notice_end(blocks, start, stop)):
            marks[at] = "notice"
    for at, block in enumerate(blocks):
        if len(block) <= _LOST_LONGEST and _LOST.search(block):
            marks[at] = "notice"
    for start, stop in _below_notices(marks):
        for at in range(start, start + _left_over(blocks[start:stop], between=stop < len(blocks))):
            marks[at] = "notice"
    return marks


def _below_notices(marks: Sequence[Section]) -> list[tuple[int, int]]:
    """Start and end of each stretch of the article that stands below a notice."""
    found: list[tuple[int, int]] = []
    at = 0
    for section, stretch in groupby(marks):
        start, at = at, at + len(list(stretch))
        if section == "article" and start:
            found.append((start, at))
    return found


def _left_over(blocks: Sequence[str], *, between: bool) -> int:
    """How many of the blocks below a notice belong to it: all few ``between`` two, else those with its words."""
    if between and sum(map(len, blocks)) <= _BETWEEN_LONGEST:
        return len(blocks)
    return len(list(takewhile(_speaks_of_notice, blocks)))


def _speaks_of_notice(block: str) -> bool:
    bare = "".join(block.split())
    return len(bare) <= _SIGNATURE_LONGEST and _OF_NOTICE.search(bare) is not None


def _notice_end(blocks: Sequence[str], start: int, stop: int) -> int:
    """The block after the notice whose title is ``start``; ``start`` itself where there is no notice."""
    said = over = False
    length = 0
    at = start + 1
    while at < stop:
        block = blocks[at]
        length += len(block)
        if over and not _is_signature(block):
            break
        if length > _NOTICE_LONGEST:
            break
        said = said or _CUE.search(block) is not None
        over = over or _OVER.search(block) is not None
        at += 1
    return at if said else start


def _is_signature(block: str) -> bool:
    if len(block) > _SIGNATURE_LONGEST:
        return False
    return _SIGNATURE.fullmatch(block) is not None or _CUE.search(block) is not None

"""Said twice, recorded once: equal facts become one record with all their evidence."""

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

from schemas import AnyRecord, Check, Event, Partnership, fields_of


def merge(records: Iterable[AnyRecord]) -> tuple[AnyRecord, ...]:
    """The records of one document with repeats united and ids given, in the order in which they are stated.

    Two records of a type are one where their key fields do not differ: equal, or open in one of them while at
    least one other key field agrees. The first non-null value of each field stays; evidence and checks are
    united.
    """
    kept: list[AnyRecord] = []
    for record in sorted(records, key=_place):
        for index, other in enumerate(kept):
            if other.type == record.type and _same(other, record):
                kept[index] = _united(other, record)
                break
        else:
            kept.append(record)
    return _with_ids(kept)


def _same(one: AnyRecord, other: AnyRecord) -> bool:
    if isinstance(one, Partnership) and isinstance(other, Partnership) and _part_of(one, other):
        return True
    agree = 0
    for spec in fields_of(one.type):
        if not spec.key:
            continue
        left, right = _comparable(getattr(one, spec.name)), _comparable(getattr(other, spec.name))
        if left in (None, ()) or right in (None, ()):
            if left != right and spec.required:
                return False
            continue
        if left != right and not (
            isinstance(one, Event) and spec.name == "name" and _told_shorter(left, right)
        ):
            return False
        agree += spec.required
    return agree > 0


def _part_of(one: Partnership, other: Partnership) -> bool:
    """Whether one sentence told of both, and the parties of one are among those of the other."""
    few, many = sorted((set(one.parties), set(other.parties)), key=len)
    return one.evidence == other.evidence and few <= many


def _told_shorter(one: str, other: str) -> bool:
    """Whether one name of a happening is the other without the words before it: a headline's and the text's."""
    short, long = sorted((one, other), key=len)
    if len(short) >= _UNMISTAKABLE:
        return long.endswith(short)
    return _CEREMONY.fullmatch(short) is not None and long.endswith("仪式") and short[:2] in long


_UNMISTAKABLE: Final = 6
"""Characters of a happening's name that no other happening of the day ends in."""
_CEREMONY: Final = re.compile(
    "(?:签约|揭牌|授牌|启动|奠基|开工|封顶|结顶|落成|挂牌|开业|启用|捐赠|颁奖|聘任)(?:暨?[^，]{2})?仪式"
)
"""What a text calls a ceremony of which it has told already."""


def _comparable(value: Any) -> Any:
    return tuple(sorted(value)) if isinstance(value, tuple) else value


def _united(one: AnyRecord, other: AnyRecord) -> AnyRecord:
    values = {
        name: value if value not in (None, ()) else getattr(other, name)
        for name, value in one.facts().items()
    }
    if isinstance(one, Event) and isinstance(other, Event):
        values["participants"] = tuple(dict.fromkeys((*one.participants, *other.participants)))
    return one.model_copy(
        update={
            **values,
            "evidence": tuple(dict.fromkeys((*one.evidence, *other.evidence))),
            "checks": tuple(dict.fromkeys((*one.checks, *_new_checks(one, other)))),
        }
    )


def _new_checks(one: AnyRecord, other: AnyRecord) -> Sequence[Check]:
    """Checks of those values of the second record that the united one has: equal ones, and once open ones."""
    mine = one.facts()
    return [
        check
        for check in other.checks
        if mine[check.field] in (None, ()) or mine[check.field] == getattr(other, check.field)
    ]


def _place(record: AnyRecord) -> tuple[int, str, str]:
    """Where a record is first stated; all it holds settles ties, so the order of answers changes nothing."""
    start = record.evidence[0].start if record.evidence else -1
    return start, record.type, record.model_dump_json()


def _with_ids(records: Sequence[AnyRecord]) -> tuple[AnyRecord, ...]:
    """Records with ids that depend on document, type and key alone, so that they are stable over runs."""
    result: list[AnyRecord] = []
    seen: dict[str, int] = {}
    for record in records:
        text = _canonical([record.document, record.type, record.key()])
        digest = hashlib.sha256(text.encode()).hexdigest()[:12]
        seen[digest] = seen.get(digest, 0) + 1
        suffix = f"-{seen[digest]}" if seen[digest] > 1 else ""
        result.append(record.model_copy(update={"id": f"{record.type}-{digest}{suffix}"}))
    return tuple(result)


def _canonical(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)

"""A list is split: where one item of ``甲中心、乙中心和丙中心`` was copied, its fellows are facts of the same kind.

A small model names the first item of a list, or the last. What holds of one holds of all that stand beside it under the same
head word, between the same signs, so they are added in the text's own words, unless the model has named them itself.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from pipeline.records import counted
from pipeline.records.organizations import names_in
from pipeline.records.people import is_person
from pipeline.records.words import clean
from prompts.asked import Asked

LISTED: Final = {
    "accreditation": ("designation", "unit"),
    "system": ("name",),
    "service": ("name",),
    "technique": ("name",),
    "event": ("name",),
}
"""The fields whose lists are split, by record type."""

_HEADS: Final = re.compile(
    r"(活动|大会|竞赛|中心|专科|学科|基地|单位|实验室|工作站|系统|平台|服务|门诊|病房|手术|治疗|术|科|室|单元|医院)[”’]?$"
)
_LONGEST: Final = 18
_SIGN: Final = r"(?:[”’」]?[、][“‘「]?|[”’」](?:和|及|以及|与)?[“‘「]|(?:以及|和|及|与)[“‘「]?)"
_ITEM: Final = r"[^，。；：！？、“”‘’「」（）()和及与]{2,18}"
_BEHIND: Final = re.compile(rf"{_SIGN}({_ITEM})")
_BEFORE: Final = re.compile(rf"(?:^|[、“‘「（(：，；])({_ITEM}){_SIGN}$")
_CLAUSE: Final = re.compile("[，。；：！？,;:（(]")
_JOINED: Final = re.compile(r"[”」]?(?:[、和与同及跟]|以及|携手|联合)[“「]?")
"""What stands between two bodies that do something together."""
BODIES: Final = {"partnership": "parties", "event": "organizers"}
"""The field that lists bodies, by record type."""
_POST: Final = re.compile(
    r"(?:党委|党组|纪委|党总支|党支部)?(?:副?书记|委员)$|(?:常务|执行|名誉|首席|业务)?副?(?:院长|主任|所长|部长|处长|科长|局长|校长|会长|理事长|主任委员|总监|护士长|主席|[省市县区州镇乡]长)$|(?:院士|带头人)$"
)
_AND_POST: Final = re.compile("(?<=[长任员记授师席管])兼(?=.{2})")
"""Between two posts of one person."""
_ITEMS: Final = re.compile(f"、|{_AND_POST.pattern}")
_AND_SO_ON: Final = re.compile("等[^，。；：、]{0,4}$")
"""Between a list and the word for all of it."""
_DOES: Final = re.compile("开展|开设|推出|提供|开通|应用|运用|采用|实施|设有|设立|新增|推行|实行|了")
"""Verbs before the first item of a list."""
_LISTED_WINNERS: Final = re.compile(
    r"(?:^|[；，。：])((?:[\u4e00-\u9fff]{2,4}、)+[\u4e00-\u9fff]{2,3}?)(?:等?\d*[名位]?(?:同志|医生|护士|专家|员工)?)(?:同时|分别)?(?:被|荣获|获得|获评)[^；。]*$"
)
"""Persons in a list before the verb by which they got something."""
_NO_ITEM: Final = re.compile(r"^[等的为是在]|通过|获得?|建成|成为|拥有|开展|完成|[了]")


def fellows(text: str, item: str) -> tuple[str, ...]:
    """The other items of the list in which ``item`` stands in ``text``, as printed; none where it stands in no list."""
    at, head = text.find(item), _HEADS.search(item)
    if at < 0 or head is None:
        return ()
    found: list[str] = []
    end = at + len(item)
    while (behind := _BEHIND.match(text, end)) and (name := _under(head[1], behind[1])):
        found.append(name)
        end = behind.start(1) + len(name)
    start = at
    while before := _BEFORE.search(text[:start]):
        if _under(head[1], before[1]) != before[1]:
            break
        found.append(before[1])
        start = before.start(1)
    return tuple(found)


def _under(head: str, text: str) -> str:
    """``text`` up to ``head``, where it is an item with that head; else nothing."""
    at = text.rfind(head)
    name = text[: at + len(head)] if at >= 0 else ""
    return name if 2 <= len(name) <= _LONGEST and name != head and not _NO_ITEM.search(name) else ""


def _named_together(text: str, honour: str) -> tuple[str, ...]:
    """The persons of a list who are told to have got an honour: ``甲、乙等5名同志被授予``."""
    found = _LISTED_WINNERS.search(text[: text.find(honour)]) if honour and honour in text else None
    names = found[1].split("、") if found else []
    return tuple(name for name in names if is_person(name))


def examples_of(text: str, head: str) -> tuple[str, ...]:
    """What a list names before the word for all of it: of ``开展甲、乙等特色服务`` and 特色服务, 甲 and 乙."""
    before, named, _ = text.partition(head or "\0")
    ending = _AND_SO_ON.search(before) if named else None
    clause = _CLAUSE.split(before[: ending.start()])[-1] if ending else ""
    if "、" not in clause:
        return ()
    items = re.split("、|以及|和|及", clause)
    items[0] = _DOES.split(items[0])[-1]
    return tuple(item for item in items if 2 <= len(item) <= _LONGEST and not _NO_ITEM.search(item))


def beside(text: str, bodies: Sequence[str]) -> tuple[str, ...]:
    """``bodies``, and those that ``text`` names in one breath with one of them."""
    runs: list[list[tuple[int, int]]] = []
    for start, end in names_in(text):
        if runs and _JOINED.fullmatch(text[runs[-1][-1][1] : start]):
            runs[-1].append((start, end))
        else:
            runs.append([(start, end)])
    found = list(bodies)
    for run in runs:
        names = [text[start:end] for start, end in run]
        if any(_is_part(name, body) for name in names for body in bodies):
            found += [name for name in names if not any(_is_part(name, body) for body in found)]
    return tuple(found)


def _is_part(one: str, other: str) -> bool:
    return bool(other) and (one in other or other in one)


def _posts_before(text: str, person: str) -> Iterator[str]:
    """The posts of a list right before a person's name: ``党委委员、副院长`` before 石一鸣."""
    at = text.find(person) if person else -1
    items = _ITEMS.split(_CLAUSE.split(text[:at])[-1]) if at > 0 else []
    posts = [_POST.search(item) for item in items]
    if len(items) > 1 and all(posts[1:]):
        yield from (post[0] for post in posts if post)


def _with_posts(facts: Sequence[Any], text: str) -> Iterator[Any]:
    """Appointments, each with the whole of its post where a list before the name has it, and with the list's other posts."""
    facts = [
        fact.model_copy(update={"position": post})
        for fact in facts
        for post in _AND_POST.split(fact.position)
    ]
    told: set[tuple[str, str]] = set()
    listed = {fact.person: tuple(_posts_before(text, fact.person)) for fact in facts}
    for fact in facts:
        position = clean(fact.position)
        posts = listed[fact.person]
        whole = next((post for post in posts if position and post.endswith(position)), fact.position)
        told.add((fact.person, clean(whole)))
        yield fact.model_copy(update={"position": whole})
    for fact in facts:
        for post in listed[fact.person]:
            if (fact.person, post) not in told:
                told.add((fact.person, post))
                yield fact.model_copy(update={"position": post, "unit": ""})


def completed(facts: Sequence[tuple[str, Asked]], text: str) -> Iterator[tuple[str, Asked]]:
    """The facts that were told of ``text``, by type, and those of their lists that were left out."""
    for kind, fact in facts:
        if field := BODIES.get(kind):
            yield kind, fact.model_copy(update={field: beside(text, getattr(fact, field))})
        elif kind != "appointment":
            yield kind, fact
    yield from (
        ("appointment", fact)
        for fact in _with_posts([fact for kind, fact in facts if kind == "appointment"], text)
    )
    metrics = [fact for kind, fact in facts if kind == "metric"]
    for printed in counted.unsaid(text, [fact.value for fact in metrics]):  # type: ignore[attr-defined]
        yield "metric", metrics[0].model_copy(update={"indicator": "", "value": printed})
    for each, fact in facts:
        if each == "honour":
            for name in _named_together(text, fact.honour):  # type: ignore[attr-defined]
                yield "honour", fact.model_copy(update={"recipient": name})
    for kind in ("service", "technique"):
        for each, fact in facts:
            if each == kind:
                for name in examples_of(text, fact.name):  # type: ignore[attr-defined]
                    yield kind, fact.model_copy(update={"name": name})
    for kind, fields in LISTED.items():
        mine = [fact for each, fact in facts if each == kind]
        for field in fields:
            told = {clean(getattr(fact, field)) for fact in mine} - {""}
            for fact in mine:
                for name in fellows(text, getattr(fact, field)):
                    if not any(name in one or one in name for one in told):
                        told.add(name)
                        yield kind, fact.model_copy(update={field: name})

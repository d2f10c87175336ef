"""Who holds which post where: the builder of appointments.

A model copies person and post well, and often a neighbour in place of the body. In a list of guests the body stands before
the post, or before the last post that names one; a post of government has the body printed with it, or none.
"""

import re
from typing import Any, Final

from pipeline.records import words
from pipeline.records.draft import NOTHING, Draft
from pipeline.records.organizations import is_unit, names_in, suffix_kind, unit_at_end
from pipeline.records.people import is_person, strip_titles
from schemas import Check

_TITLE: Final = re.compile(
    r"(?:副?主任[医护药技]师|主[治管][医护药技]师|[医护药技]师|副?教授|副?研究员|院士|博士(?:生导师)?|硕士(?:生导师)?|国医大师|专家|名[老]?中医)"
)
"""Professional titles: positions of a person, not of an organization."""
_UNIT_AND_POST: Final = re.compile(
    r"([\u4e00-\u9fff]{2,12}?)((?:副|执行|常务)?(?:主任|科长|处长|所长|部长|护士长|负责人|带头人))"
)
_OFFICIAL: Final = re.compile(
    r"(?:[省市县区州镇乡]委(?!员会)|政协|人大)|^(?:副)?[省市县区州镇乡]长|^(?:副)?[司厅局]长"
)
"""Posts of government and party, which no hospital gives."""
_OFFICE: Final = re.compile(r"(?:[省市县区州镇乡]委|政协|人大常委会|人大)$")
"""Before a post, an office of government that goes with its name where no place does."""
_OF_OFFICE: Final = re.compile(r"(?:[省市县区州]?(?:政协|人大常委会|人大|委)|(?:宣传|组织|统战)部)")
"""An office of a town that a text tells of without its name."""
_OF_PARTY: Final = re.compile("[省市县区州]委常委")
_SEAT: Final = re.compile(r"(?:[局厅司委会]|政协|人大|[一二三四五六七八九十]院|附[一二三]?院)$")
"""How bodies end beside the organizations that the grammar of names knows."""
_PLACE: Final = re.compile(r"[\u4e00-\u9fff]{2,8}[省市县区州镇乡](?:委|政府)?")
"""A place, whose posts its name alone tells of."""
_SEATED: Final = re.compile(
    r"([\u4e00-\u9fff]{2,8}[省市县区州镇乡])(?:委|政府|人民政府)?(?:党委|常委)?副?(?:书记|[省市县区州镇乡]长|委员|常委)"
)
_RANK: Final = r"(?:党委|党组|纪委|党总支|党支部|常务|执行|名誉|第一)*副?"
_HEAD: Final = (
    r"(?:院长|书记|主任|局长|司长|会长|校长|所长|部长|处长|科长|主席|理事长|秘书长|总经理|护士长|委员)"
)
_POST_END: Final = re.compile(f"{_RANK}{_HEAD}$")
_BODY_AND_POST: Final = re.compile(f"^(.*?){_RANK}{_HEAD}")
_CLAUSE: Final = re.compile("[，。；：:,“”（）()]")
_LEADING: Final = re.compile(r"^(?:以及|并由|和|与|及|由|在|请|据|随后|日前|近日|现任|时任|原)")
_DOUBLED: Final = re.compile(r"^([局院校会])(?=\1长)")
"""The last character of a body, copied with the post behind it."""
_JOINED: Final = re.compile("(.+[长任员记授师席管])兼$")
_GUEST: Final = re.compile("(?<=[长任员记])([\u4e00-\u9fff]{2,3})$")
"""How a guest's clause ends: a post, and the name."""
_NAMES_ONLY: Final = re.compile(r"(?:[、和及与][^、和及与，。；：]{2,4})*[、和及与]?")
"""Names that share the post before the first of them."""
_TAKES_POST: Final = re.compile(r"(?<!主)任(?!务|何|意|重|职资格)|当选|兼")
"""Words by which a sentence tells posts of somebody whom it does not name."""


def appointment(fact: Any, draft: Draft) -> None:
    """Fill in a draft from an appointment as it was copied."""
    person, title = strip_titles(words.clean(fact.person))
    person = draft.reading.person(person)
    position = _DOUBLED.sub("", draft.words("position", fact.position) or title) or None
    unit = fact.unit
    if position and (inside := _UNIT_AND_POST.fullmatch(position)) and is_unit(inside[1]):
        position, unit = inside[2], unit if unit.strip() not in NOTHING else inside[1]
    if fact.person.strip() not in NOTHING:
        draft.place("person", fact.person, "verbatim")
    elif person := _holder(fact, draft):
        draft.checks.append(Check(field="person", status="resolved"))
    body = ""
    if position:
        position = _printed(position, person, fact.organization, draft)
        body = _employer(fact, position, draft.text)
        position = position.partition(person)[2] or position if person else position
        unit = unit if unit.strip() not in NOTHING else _unit_before(position, person, draft.text)
    stated = body.strip() not in NOTHING
    nobodys = position is not None and (_TITLE.fullmatch(position) or _OFFICIAL.search(position))
    within = (
        unit.strip() not in NOTHING
        and draft.find(unit) is not None
        and not (position and _OFFICIAL.search(position))
    )
    if _PLACE.fullmatch(body):
        organization = body if draft.place("organization", body, "verbatim") else None
    else:
        organization = draft.organization("organization", body) if stated or within or not nobodys else None
    draft.values = {
        "person": person or None,
        "position": words.full_position(position, organization) if position else None,
        "organization": organization,
        "unit": draft.unit(unit, body),
        "former": words.is_former(position or "", draft.text, person),
    }


def _printed(position: str, person: str, body: str, draft: Draft) -> str:
    """The post as it is printed of the person, with the office of government that goes with it."""
    text = draft.text
    before, told, behind = text.partition(person) if person else (text, "", "")
    others = told and position in before and _is_others(position, before, draft)
    if behind.startswith(position):
        return position
    if told and position in text and (others or position not in before):
        # The copied one is somebody else's.
        post = _POST_END.search(before)
        position = post[0] if post else "" if others else position
    if position == "常委" and not suffix_kind(words.clean(body)) and (office := _OF_PARTY.search(text)):
        return office[0]
    item = before.removesuffix(position)
    alone = (
        item != before
        and (office := _OFFICE.search(item))
        and not _LEADING.sub("", _items(item)[-1][: -len(office[0])])
    )
    return office[0] + position if alone and office else position


def _is_others(position: str, before: str, draft: Draft) -> bool:
    """Whether a post stands right before another's name, and more than names between that and the person's."""
    between = before.rpartition(position)[2]
    holder = next((name for name in draft.reading.named_in(between) if between.startswith(name)), None)
    return holder is not None and _NAMES_ONLY.fullmatch(between.removeprefix(holder)) is None


def _unit_before(post: str, person: str, text: str) -> str:
    """The unit that stands between the body, or the beginning of its item, and a post before a name."""
    before, found, _ = text.partition(f"{post}{person}")
    return unit_at_end(_LEADING.sub("", _items(before)[-1])) if found and person else ""


def _items(text: str) -> list[str]:
    """The items of the list that ends ``text``."""
    return _CLAUSE.split(text)[-1].split("、")


def _employer(fact: Any, position: str, text: str) -> str:
    """Where a post before its holder's name is held: the body before both, never one that the sentence goes on to name."""
    name, copied = strip_titles(words.clean(fact.person))[0], words.clean(fact.organization)
    bodies = (_in_list(post, name, text) for post in dict.fromkeys((position, fact.position)))
    if (listed := next((body for body in bodies if body is not None), None)) is not None:
        return copied if copied and listed.endswith(copied) else listed
    if _OFFICIAL.search(position):
        return ""
    post, person, body = (
        text.find(each) if each else -1 for each in (fact.position, fact.person, fact.organization)
    )
    if not -1 < post < person < body:
        return str(fact.organization)
    before = [text[start:end] for start, end in names_in(text[:person])]
    return before[-1] if before else ""


def _in_list(post: str, name: str, text: str) -> str | None:
    """The body of a post in a list of guests: what stands before the post, or before the last one that names a body.

    Nothing where an office of government is held in none that is named; None where the text does not tell.
    """
    if not post or not name:
        return None
    at = text.find(post + name)
    if at < 0 and (found := re.search(f"{re.escape(post)}[、兼][^，。；：]*{re.escape(name)}", text)):
        at = found.start()
    if at < 0:
        return None
    *earlier, here = _items(text[:at])
    if joined := _JOINED.match(here):  # 甲镇党委副书记兼镇长
        earlier, here = [*earlier, joined[1]], ""
    if here := _LEADING.sub("", here):
        if _OF_OFFICE.fullmatch(here):
            return ""
        body = _body(here) or (here if _PLACE.fullmatch(here) else None)
        return "" if not body and (_OFFICIAL.search(post) or _OFFICE.fullmatch(here)) else body
    if _OFFICIAL.search(post):
        seats = (_SEATED.fullmatch(_LEADING.sub("", each)) for each in reversed(earlier))
        return next((found[1] for found in seats if found), "")
    posts = (_BODY_AND_POST.match(_LEADING.sub("", each)) for each in reversed(earlier))
    body = next((body for found in posts if found and (body := _body(found[1]))), None)
    return body or _of_guest_before(text[:at])


def _of_guest_before(text: str) -> str | None:
    """The body of the guest before one whose posts name none: ``甲医院书记甲某，副书记、院长乙某``."""
    for clause in reversed(text.split("，")[:-1]):
        guest = _GUEST.search(clause)
        if guest is None or not is_person(guest[1]):
            return None
        for item in reversed(clause[: guest.start()].split("、")):
            found = _BODY_AND_POST.match(_LEADING.sub("", item))
            if found and (body := _body(found[1])):
                return body
    return None


def _body(text: str) -> str | None:
    """The body at the end of what stands before a post."""
    if _OFFICE.fullmatch(text):
        return None
    ends = [text[start:end] for start, end in names_in(text)]
    return ends[-1] if ends else text if _SEAT.search(text) else None


def _holder(fact: Any, draft: Draft) -> str:
    """Who holds a post that the model gave without a person: somebody in the sentence, or whom a list of posts is about."""
    named = draft.reading.named_in(draft.text)
    listed = _TAKES_POST.search(draft.text) or suffix_kind(words.clean(fact.organization)) == "society"
    if named or not listed:
        return named[0] if len(named) == 1 else ""
    return draft.reading.person_meant(draft.last) or ""

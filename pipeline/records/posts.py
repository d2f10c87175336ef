"""Posts right before a name, and titles right behind one: ``急诊科副主任石一鸣介绍``, ``骨科石一鸣教授``. A small model leaves out
some of a list of guests.

A post, a surname and the word behind the name tell where the name ends; nothing is read off where they do not.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from pipeline.document.text import Sentence
from pipeline.lexicon import OTHER, lexicon
from pipeline.records.organizations import unit_at_end
from pipeline.records.people import is_person
from pipeline.records.words import clean
from prompts.asked import Asked, AskedAppointment

_POST: Final = re.compile(
    r"(?:党委|党组|纪委|党总支|党支部|[省市县区]委|常务|执行|名誉|首席|业务|值班|医疗|行政)*副?"
    r"(?:院长|书记|主任(?:医师|护师|药师|技师|委员)?|所长|部长|处长|科长|局长|司长|厅长|校长|会长|理事长|秘书长|总监|护士长|主席|[省市县区]长|值班医生|总经理|董事长)|院士|带头人"
)
_BEHIND: Final = re.compile(
    r"[，、。；：！？（(“》\s]|$|等|及|和|与|一行|说|介绍|表示|指出|认为|强调|告诉|坦言|透露|主持|致[辞词]|讲话|发言|出席|参加|带领|率|为|对|向|从|在|立[即马]|马上|询问|作|做|宣|代表|陪同|莅临|带[着队]|携|共同|分别|先后|教授|博士|院士|医师|同志"
)
"""How the text goes on behind a name."""
_TITLE: Final = re.compile(
    r"(?:党委|常务|执行|名誉)?副?(?:主任(?:医师|护师|药师|技师|委员)?|院长|书记|教授|研究员|局长|处长|科长|所长|会长|校长|护士长)|院士|国医大师|博士"
)
_BEFORE: Final = re.compile(
    r"(?:^|[，、。；：！？（“《\s]|[院科室部处局委会系]|大学|研究所|中心|[与和及由请聘]|邀请|引进|引入|建立|设立|成立|有|来自|著名|专家|博士|硕士|医师|主任|院长|书记|秘书长|委员|[会局处科所部]长|带头人|负责人)$"
)
"""How a text stands before a name."""
_PARTICLES: Final = "地得着了过的"
_NAMES: Final = frozenset((OTHER, "nr", "ns", "nz"))
"""Word classes of names, and that of what is no word."""
_CLAUSE: Final = re.compile("[，、。；：“”（）()]")
_BODY: Final = re.compile(
    r"[\u4e00-\u9fff]{2,20}(?:医院|[一二三四五六七八九十]院|附院|医学院|大学|中心|研究院|研究所)$"
)
"""A body at the end of what stands before a name and its unit."""


def read_off(facts: Sequence[tuple[str, Asked]], sentences: Sequence[Sentence]) -> Iterator[AskedAppointment]:
    """The appointments that sentences print and no fact tells: person, post, body and unit.

    A title right behind a name is read off also where another post of the person is told.
    """
    told = {(clean(fact.person), fact.position) for _, fact in facts if isinstance(fact, AskedAppointment)}
    for number, sentence in enumerate(sentences, 1):
        for person, post, body, unit in (*_before(sentence.text), *_behind(sentence.text)):
            others = [position for name, position in told if person in name]
            if post in others if f"{person}{post}" in sentence.text else others:
                continue
            told.add((person, post))
            yield AskedAppointment.model_validate(
                {"句": (number,), "人": person, "职务": post, "机构": body, "科室": unit}
            )


def _before(text: str) -> Iterator[tuple[str, str, str, str]]:
    """Each person of a text who has a post before the name, with the unit; the body is looked for later."""
    for post in _POST.finditer(text):
        if person := _name_at(text, post.end()):
            yield person, post[0], "", unit_at_end(_CLAUSE.split(text[: post.start()])[-1])


def _behind(text: str) -> Iterator[tuple[str, str, str, str]]:
    """Each person of a text who has a title behind the name, or behind the last of several, with body and unit."""
    for title in _TITLE.finditer(text):
        people: list[str] = []
        at = title.start()
        while person := _name_before(text, at):
            people.append(person)
            at -= len(person)
            if text[at - 1 : at] != "、":
                break
            at -= 1
        item = _CLAUSE.split(text[:at])[-1]
        unit = unit_at_end(item)
        body = _BODY.search(item.removesuffix(unit))
        for person in people:
            yield person, title[0], body[0] if body else "", unit


def _name_at(text: str, at: int) -> str:
    """The person's name that begins at an offset and ends where the text goes on; the longer one where both would do."""
    for length in (3, 2):
        name = text[at : at + length]
        if len(name) == length and _is_name(name) and _BEHIND.match(text, at + length):
            return name
    return ""


def _is_name(text: str) -> bool:
    """Whether ``text`` can be a person's name and is no word: 马上, 安排 and 高兴地 begin as names do."""
    return is_person(text) and text[-1] not in _PARTICLES and lexicon().class_of(text) in _NAMES


def _name_before(text: str, at: int) -> str:
    """The person's name that ends at an offset, and begins where a word does."""
    for length in (3, 2):
        name, before = text[max(0, at - length) : at], text[: max(0, at - length)]
        if len(name) == length and _is_name(name) and _BEFORE.search(before):
            return name
    return ""

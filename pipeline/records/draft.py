"""A record in the making: what the model copied is looked for in the cited sentences, and what a rule makes of it noted.

What was copied has an offset; what a rule made of it (a number, a date, a full name) keeps that offset and says so in
its check. What is not in the cited sentences is noted as a reason against the record.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final, Literal

from pipeline.document.text import Document, Sentence, Span
from pipeline.records import words
from pipeline.records.dates import DateContext
from pipeline.records.names import Names, is_organization
from pipeline.records.organizations import is_generic, suffix_kind
from pipeline.records.people import is_person, strip_titles
from prompts.render import fence
from schemas import Check

How = Literal["verbatim", "derived", "resolved"]

NOTHING: Final = frozenset({"", "无", "未提及", "不详", "未知", "没有", "空"})
"""How a model writes that a sentence does not state a field."""
_SHORTEST_NAME: Final = 2
_VERB_FIRST = re.compile(
    r"^(通过|获得|获批|荣获|开展|推进|加强|坚持|完善|打造|推动|深化|成为|作为|先后|相继|正式|顺利)"
)
"""A clause copied in place of a name: the sentence names no organization."""
_BARE_PLACE = re.compile(r"[\u4e00-\u9fff]{1,6}[省市县区州旗镇乡]|全[国省市县区院]")
_SAYS = re.compile("[\u4e00-\u9fff]{2,3}[说称]")
"""A name with the verb behind it: no given name ends so."""
_SHORT_BODY = re.compile(
    r"(?![该本我])[\u4e00-\u9fff]{2,14}(?:[一二三四五六七八九十]院|附[一二三]?院|[局厅司]|[省市县区]委|计生委|卫健委|政协|人大(?:常委会)?)"
)
"""A short form that names one body though it does not end like an organization: 北医三院, an office of government."""
_NO_UNIT = re.compile(
    r"^(?:学科|科室|专科|部门|团队|病区|中心|各.*|多个.*|相关.*|全院.*)$|通过|本次|标志|获得|获批|作为|[该我]院|举行|召开"
)
"""What names no unit in particular, and clauses."""
_REACH: Final = 6
"""How many sentences back a person is looked for whom a sentence leaves out."""
_FOUNDED = re.compile(r"(?:始建|创建|成立|建立|建院|组建|建)于[^，。；]{0,12}年")


@dataclass(frozen=True, slots=True)
class Reading:
    """A document with what its rules know of it: its names and its dates."""

    document: Document
    names: Names
    dates: DateContext
    people: frozenset[str] = frozenset()
    """Persons whose posts its sentences tell, by name."""

    @classmethod
    def of(cls, document: Document, people: Iterable[str] = ()) -> "Reading":
        """Read names and dates of a document once, for all its records; ``people`` are names as copied from it."""
        found = {name for each in people if is_person(name := strip_titles(words.clean(each))[0])}
        return cls(
            document, Names.of(document.sentences), DateContext.of(document.sentences), frozenset(found)
        )

    def person(self, name: str) -> str:
        """A person's name as it was copied, without the first character of the next word: 陈立介 is 陈立."""
        shorter = name[:-1]
        if _SAYS.fullmatch(name):
            return shorter
        if shorter not in self.people:
            return name
        text = "".join(sentence.text for sentence in self.document.sentences)
        return shorter if text.count(shorter) > text.count(name) else name

    def person_meant(self, number: int) -> str | None:
        """Who holds the posts of a sentence that names nobody: the one person told of last, where there is just one."""
        at = number - 1
        section = self.document.sentences[at].section
        for sentence in reversed(self.document.sentences[max(0, at - _REACH) : at + 1]):
            if sentence.section != section:
                return None
            if named := self.named_in(sentence.text):
                return named[0] if len(named) == 1 else None
        return None

    def named_in(self, text: str) -> list[str]:
        """The persons of the document who are named in ``text``, in its order."""
        return sorted((name for name in self.people if name in text), key=text.index)


@dataclass(slots=True)
class Draft:
    """Values, checks and reasons of one fact, as a builder gathers them; nothing keeps it."""

    reading: Reading
    cited: tuple[Sentence, ...]
    required: frozenset[str]
    values: dict[str, Any] = field(default_factory=dict)
    checks: list[Check] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The cited sentences in one piece."""
        return "".join(sentence.text for sentence in self.cited)

    @property
    def last(self) -> int:
        """The number of the last cited sentence."""
        return self.cited[-1].number

    def cite(self, sentences: Iterable[Sentence]) -> None:
        """Add sentences that state a part of the fact."""
        more = {each.number: each for each in (*self.cited, *sentences)}
        self.cited = tuple(more[number] for number in sorted(more))

    def find(self, copied: str) -> tuple[Sentence, int] | None:
        """The cited sentence in which a copied string stands, and where in it."""
        wanted = fence(copied)
        for sentence in self.cited:
            if (at := fence(sentence.text).find(wanted)) >= 0:
                return sentence, at
        return None

    def place(self, name: str, copied: str, how: How) -> bool:
        """Note where a copied string stands, or a reason where it does not stand in the cited sentences."""
        found = self.find(copied)
        if found is None:
            against = self.reasons if name in self.required else self.dropped
            against.append(f"{name}: “{copied}” does not stand in the cited sentences")
            return False
        sentence, at = found
        self._note(name, how, sentence, at, at + len(copied))
        return True

    def _note(self, name: str, how: How, sentence: Sentence, start: int, end: int) -> None:
        """Note where in the source ``start`` to ``end`` of a sentence's text stands, where that is one stretch."""
        span = _whole(sentence.origin[start:end], sentence.pieces)
        if span is None:
            self.checks.append(Check(field=name, status="derived" if how == "verbatim" else how))
        else:
            self.checks.append(Check(field=name, status=how, start=span.start, end=span.end))

    def words(self, name: str, copied: str, normal: Callable[[str], str] = words.clean) -> str | None:
        """A string as printed, without quotation marks."""
        if copied.strip() in NOTHING:
            return None
        value = normal(copied)
        if not value or not self.place(name, copied, "verbatim"):
            return None
        return value

    def organization(self, name: str, copied: str, *, party: bool = False) -> str | None:
        """The fullest name in the document for what was copied, or for nothing at all.

        A ``party`` may be a person, or keep its unit behind its name.
        """
        nobody = copied.strip() in NOTHING or _VERB_FIRST.match(copied) is not None
        # A town holds no post and no status, though it may own a building or be a party to an arrangement.
        nobody = nobody or (name == "organization" and _BARE_PLACE.fullmatch(copied) is not None)
        printed = "" if nobody else copied
        if printed and not self.place(name, printed, "verbatim"):
            return None
        names = self.reading.names
        resolve = names.resolve_party if party else names.resolve_organization
        resolved = resolve(printed, self.last)
        name_of_one = is_organization(resolved.name or "") or _SHORT_BODY.fullmatch(resolved.name or "")
        if printed and suffix_kind(printed) == "government" and is_generic(printed):
            return None  # 卫健委 of some town is no name of the hospital that the text is about.
        if not (party or name_of_one or _BARE_PLACE.fullmatch(resolved.name or "")):
            resolved = resolve("", self.last)
        if resolved.name is None or len(resolved.name) < _SHORTEST_NAME:
            return None
        if resolved.how != "verbatim":
            self.checks = [check for check in self.checks if check.field != name]
            self.checks.append(Check(field=name, status="resolved"))
        return resolved.name

    def unit(self, copied: str, organization: str) -> str | None:
        """The unit as copied, or the one printed together with its organization (``甲医院胸痛中心``)."""
        named = "" if _NO_UNIT.search(words.clean(copied)) else copied
        if unit := self.words("unit", named, words.unit_name):
            return unit
        unit = self.reading.names.split_unit(organization)[1] if self.find(organization) else ""
        return None if not unit or _NO_UNIT.search(unit) else unit

    def date(self, name: str, copied: str) -> str | None:
        """A printed date in the schema's form; None where the document does not settle it."""
        if copied.strip() in NOTHING:
            return None
        found = self.find(copied)
        resolved = self.reading.dates.resolve(copied, found[0].number) if found else None
        if resolved is not None and resolved.value is None:
            return None
        return (
            resolved.value
            if self.place(name, copied, resolved.how if resolved else "derived") and resolved
            else None
        )

    def date_told(self, name: str, copied: str, of: str) -> str | None:
        """The date of what ``of`` names: the last that its sentence prints before it; else the copied one, printed behind it.

        A sentence tells several steps one after the other, and a small model takes the date of another. The year in which a
        body was founded is no date of what it is.
        """
        found = self.find(of) if of.strip() not in NOTHING else None
        return self.date(name, copied) if found is None else self.date_before(name, copied, *found)

    def date_before(self, name: str, copied: str, sentence: Sentence, at: int) -> str | None:
        """As :meth:`date_told`, for what stands at offset ``at`` of ``sentence``."""
        told = self.reading.dates.last_before(sentence, at)
        if told is not None and not _FOUNDED.search(sentence.text[:at]):
            date, start, end = told
            if date.value is not None:
                self._note(name, date.how, sentence, start, end)
            return date.value
        behind = self.find(copied)
        return self.date(name, copied) if behind and behind[0] is sentence and behind[1] > at else None

    def people(
        self, name: str, copied: Sequence[str], *, bodies: bool, named: bool = False
    ) -> tuple[str, ...]:
        """Persons without their titles, and organizations by their full names where ``bodies``; with ``named`` nothing else."""
        result: list[str] = []
        for item in copied:
            if item.strip() in NOTHING:
                continue
            party = self.reading.names.resolve_party(item, self.last).name if bodies else None
            value = party or strip_titles(words.clean(item))[0]
            if named and not (suffix_kind(value) or is_person(value) or value.endswith("团队")):
                continue
            if value and value not in result and self.place(name, item, "derived"):
                result.append(value)
        return tuple(result)


def _whole(origin: Sequence[int], pieces: Sequence[Span]) -> Span | None:
    """The stretch of the source in which code points stand in order, nothing of another sentence between."""
    start, end = origin[0], origin[-1] + 1
    in_order = all(one < other for one, other in pairwise(origin))
    inside = any(piece.start <= start and end <= piece.end for piece in pieces)
    return Span(start, end) if in_order and inside else None

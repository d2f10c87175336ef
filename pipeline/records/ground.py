"""From copied strings to values with a place: each is found in the cited sentences, then normalised by rule.

What the model copied has an offset; what a rule made of it (a number, a date, a full name) keeps that offset
and says so in its check. What is not in the cited sentences is noted as a reason against the record.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final, Literal

from pipeline.document.text import Document, Sentence, Span
from pipeline.records import words
from pipeline.records.candidate import Candidate
from pipeline.records.dates import DateContext
from pipeline.records.names import Names, is_organization
from pipeline.records.numbers import parse_area, parse_count, parse_money, parse_quantity, quantity_at
from pipeline.records.organizations import is_unit, suffix_kind
from pipeline.records.people import is_person, strip_titles
from prompts.asked import Asked
from prompts.render import fence
from schemas import Check, Evidence, fields_of

How = Literal["verbatim", "derived", "resolved"]

_NOTHING: Final = frozenset({"", "无", "未提及", "不详", "未知", "没有", "空"})
_PRIVATE: Final = "个人"
_SHORTEST_NAME: Final = 2
_LONGEST_ITEM: Final = 16
_VERB_FIRST = re.compile(
    r"^(通过|获得|获批|荣获|开展|推进|加强|坚持|完善|打造|推动|深化|成为|作为|先后|相继|正式|顺利)"
)
"""A clause copied in place of a name: the sentence names no organization."""
_BARE_PLACE = re.compile(r"[\u4e00-\u9fff]{1,6}[省市县区州旗镇乡]|全[国省市县区院]")
_PRIVATE_WORD = re.compile(r"^(本人|个人)|(先生|女士)$")
_SEVERAL = re.compile(r"^[\u4e00-\u9fff]{2,4}(、[\u4e00-\u9fff]{2,4})+$")
_NUMBER_BEHIND = re.compile(
    r"[（(][^（）()]*[*\d][^（）()]*[)）]|(编号|号码|证号|号)?[:：]?\s*[A-Za-z]*\*[*\w-]*"
)
_LEVEL_IN_FRONT = re.compile(r"^[“”‘’\"]*(国际级|国家级|省级|市级|县级)")
_TITLE = re.compile(
    r"(?:副?主任[医护药技]师|主[治管][医护药技]师|[医护药技]师|副?教授|副?研究员|院士|博士(?:生导师)?|硕士(?:生导师)?|国医大师|专家|名[老]?中医)"
)
"""Professional titles: positions of a person, not of an organization."""
_UNIT_AND_POST = re.compile(
    r"([\u4e00-\u9fff]{2,12}?)((?:副|执行|常务)?(?:主任|科长|处长|所长|部长|护士长|负责人|带头人))"
)
_TAKES_POST = re.compile(r"(?<!主)任(?!务|何|意|重|职资格)|当选|兼")
"""Words by which a sentence tells posts of somebody whom it does not name."""
_REACH: Final = 6
"""How many sentences back a person is looked for whom a sentence leaves out."""
_AGE = re.compile(r"(\d{1,3})岁")


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
        """The persons of the document who are named in ``text``."""
        return [name for name in self.people if name in text]


@dataclass(slots=True)
class _Draft:
    """Values and checks as they are gathered; lives inside this module only."""

    reading: Reading
    cited: tuple[Sentence, ...]
    required: frozenset[str]
    values: dict[str, Any] = field(default_factory=dict)
    checks: list[Check] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(sentence.text for sentence in self.cited)

    @property
    def last(self) -> int:
        return self.cited[-1].number

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
        span = _whole(sentence.origin[at : at + len(copied)], sentence.pieces)
        if span is None:
            self.checks.append(Check(field=name, status="derived" if how == "verbatim" else how))
        else:
            self.checks.append(Check(field=name, status=how, start=span.start, end=span.end))
        return True

    def words(self, name: str, copied: str, normal: Callable[[str], str] = words.clean) -> str | None:
        """A string as printed, without quotation marks."""
        if copied.strip() in _NOTHING:
            return None
        value = normal(copied)
        if not value or not self.place(name, copied, "verbatim"):
            return None
        return value

    def organization(self, name: str, copied: str, *, party: bool = False) -> str | None:
        """The fullest name in the document for what was copied, or for nothing at all.

        A ``party`` may be a person, or keep its unit behind its name.
        """
        nobody = copied.strip() in _NOTHING or _VERB_FIRST.match(copied) is not None
        # A town holds no post and no status, though it may own a building or be a party to an arrangement.
        nobody = nobody or (name == "organization" and _BARE_PLACE.fullmatch(copied) is not None)
        printed = "" if nobody else copied
        if printed and not self.place(name, printed, "verbatim"):
            return None
        names = self.reading.names
        resolve = names.resolve_party if party else names.resolve_organization
        resolved = resolve(printed, self.last)
        if not (party or is_organization(resolved.name or "") or _BARE_PLACE.fullmatch(resolved.name or "")):
            resolved = resolve("", self.last)
        if resolved.name is None or len(resolved.name) < _SHORTEST_NAME:
            return None
        if resolved.how != "verbatim":
            self.checks = [check for check in self.checks if check.field != name]
            self.checks.append(Check(field=name, status="resolved"))
        return resolved.name

    def date(self, name: str, copied: str) -> str | None:
        """A printed date in the schema's form; None where the document does not settle it."""
        if copied.strip() in _NOTHING:
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

    def people(self, name: str, copied: Sequence[str], *, bodies: bool) -> tuple[str, ...]:
        """Persons without their titles, and organizations by their full names where ``bodies``."""
        result: list[str] = []
        for item in copied:
            if item.strip() in _NOTHING:
                continue
            party = self.reading.names.resolve_party(item, self.last).name if bodies else None
            value = party or strip_titles(words.clean(item))[0]
            if value and value not in result and self.place(name, item, "derived"):
                result.append(value)
        return tuple(result)


def _whole(origin: Sequence[int], pieces: Sequence[Span]) -> Span | None:
    """The stretch of the source in which code points stand in order, nothing of another sentence between."""
    start, end = origin[0], origin[-1] + 1
    in_order = all(one < other for one, other in pairwise(origin))
    inside = any(piece.start <= start and end <= piece.end for piece in pieces)
    return Span(start, end) if in_order and inside else None


def ground(kind: str, fact: Asked, sentences: Sequence[Sentence], reading: Reading, chunk: int) -> Candidate:
    """The candidate of one fact; ``sentences`` are the chunk's, which the fact cites by number from 1."""
    cited = tuple(sentences[number - 1] for number in sorted(set(fact.sentences)))
    required = frozenset(spec.name for spec in fields_of(kind) if spec.required)
    draft = _Draft(reading, cited, required)
    _BUILDERS[kind](fact, draft)
    copied = {**fact.model_dump(), "sentences": [sentence.number for sentence in cited]}
    if draft.values.get("declarant") == _PRIVATE:
        copied["declarant"] = _PRIVATE
    persons = reading.document.persons if kind == "notice" else frozenset()
    return Candidate(
        document=reading.document.source.document,
        chunk=chunk,
        type=kind,
        values=_withheld(draft.values, persons),
        copied=_withheld(copied, persons),
        sentences=tuple(sentence.number for sentence in cited),
        text=draft.text,
        evidence=evidence_of(cited, reading.document),
        checks=tuple(draft.checks),
        reasons=tuple(_withheld(draft.reasons, persons)),
        dropped=tuple(_withheld(draft.dropped, persons)),
    )


def _withheld(value: Any, persons: frozenset[str]) -> Any:
    """A value, or what it holds, with asterisks for the names of private persons: the page's notices name them."""
    if isinstance(value, str):
        for name in persons:
            value = value.replace(name, "*" * len(name))
        return value
    if isinstance(value, dict):
        return {key: _withheld(item, persons) for key, item in value.items()}
    return (
        type(value)(_withheld(item, persons) for item in value) if isinstance(value, list | tuple) else value
    )


def evidence_of(sentences: Sequence[Sentence], document: Document) -> tuple[Evidence, ...]:
    """The pieces of the source in which sentences stand, in reading order, with private numbers masked."""
    return tuple(
        Evidence(start=piece.start, end=piece.end, text=document.public[piece.start : piece.end])
        for sentence in sentences
        for piece in sentence.pieces
    )


def _appointment(fact: Any, draft: _Draft) -> None:
    person, title = strip_titles(words.clean(fact.person))
    person = draft.reading.person(person)
    position = draft.words("position", fact.position) or title or None
    unit = fact.unit
    if position and (inside := _UNIT_AND_POST.fullmatch(position)) and is_unit(inside[1]):
        position, unit = inside[2], unit if unit.strip() not in _NOTHING else inside[1]
    if fact.person.strip() not in _NOTHING:
        draft.place("person", fact.person, "verbatim")
    elif person := _holder(fact, draft):
        draft.checks.append(Check(field="person", status="resolved"))
    stated = fact.organization.strip() not in _NOTHING
    is_title = position is not None and _TITLE.fullmatch(position) is not None
    organization = draft.organization("organization", fact.organization) if stated or not is_title else None
    draft.values = {
        "person": person or None,
        "position": words.full_position(position, organization) if position else None,
        "organization": organization,
        "unit": _unit(draft, unit, fact.organization),
        "former": words.is_former(position or "", draft.text, person),
    }


def _holder(fact: Any, draft: _Draft) -> str:
    """Who holds a post that the model gave without a person: somebody in the sentence, or whom a list of posts is about."""
    named = draft.reading.named_in(draft.text)
    listed = _TAKES_POST.search(draft.text) or suffix_kind(words.clean(fact.organization)) == "society"
    if named or not listed:
        return named[0] if len(named) == 1 else ""
    return draft.reading.person_meant(draft.last) or ""


def _accreditation(fact: Any, draft: _Draft) -> None:
    designation = draft.words("designation", fact.designation)
    if designation and (found := draft.find(fact.designation)):
        designation = _shared_level(found[0].text, found[1]) + designation
    organization = draft.organization("organization", fact.organization)
    issuer = draft.words("issuer", fact.issuer)
    if issuer is not None and (issuer == organization or not (suffix_kind(issuer) or is_person(issuer))):
        issuer = None
    draft.values = {
        "organization": organization,
        "unit": _unit(draft, fact.unit, fact.organization),
        "designation": designation,
        "level": words.level(designation or "", issuer or "", draft.text),
        "status": words.accreditation_status(fact.action, designation or "", draft.text),
        "date": draft.date("date", fact.date),
        "issuer": issuer,
    }


def _shared_level(sentence: str, at: int) -> str:
    """The level that a list states once for all its items: of ``国家级甲中心、乙中心`` the second is 国家级 too."""
    before = re.split(r"[，。；：,;:]", sentence[:at])[-1]
    items = re.split(r"、|”“", before)
    if len(items) < 2 or _LEVEL_IN_FRONT.match(sentence[at:]):
        return ""
    first = re.split(r"[了为过成得获有]", items[0])[-1]
    level = _LEVEL_IN_FRONT.match(first)
    short = all(len(item) <= _LONGEST_ITEM and not re.search(r"[级了为获]", item) for item in items[1:])
    return level[1] if level and short else ""


def _honour(fact: Any, draft: _Draft) -> None:
    recipient = draft.organization("recipient", fact.recipient, party=True)
    granted_by = draft.words("granted_by", fact.granted_by)
    draft.values = {
        "recipient": recipient,
        "honour": draft.words("honour", fact.honour),
        "rank": draft.words("rank", fact.rank),
        "granted_by": granted_by if granted_by != recipient else None,
        "date": draft.date("date", fact.date),
    }


def _metric(fact: Any, draft: _Draft) -> None:
    subject, indicator = fact.subject, fact.indicator
    if indicator.strip() in _NOTHING and not is_unit(subject) and not suffix_kind(subject):
        # What is counted was copied as what is measured: 门诊量 is nobody's name.
        subject, indicator = "", subject
    draft.values = {
        "subject": draft.organization("subject", subject, party=True),
        "indicator": draft.words("indicator", indicator),
        "value": None,
        "kind": None,
        "period": draft.date("period", fact.period),
    }
    copied, found = parse_quantity(fact.value), draft.find(fact.value)
    if copied is None or found is None:
        draft.reasons.append(f"value: “{fact.value}” is no number in the cited sentences")
        return
    sentence, at = found
    # Read in its sentence: words around a number belong to it (不低于, 近, 以上), also where the copy leaves them out.
    quantity = quantity_at(sentence.text, at + copied.span[0], at + copied.span[1])
    if quantity is None:
        draft.reasons.append(f"value: “{fact.value}” counts nothing where it stands")
        return
    draft.place("value", fact.value, "derived")
    draft.values |= {
        "value": quantity.value,
        "value_max": quantity.value_max,
        "measure": quantity.measure,
        "kind": words.metric_kind(fact.value, fact.indicator, sentence.text, at + copied.span[0]),
        "qualifier": quantity.qualifier,
    }


def _partnership(fact: Any, draft: _Draft) -> None:
    draft.values = {
        "parties": draft.people("parties", fact.parties, bodies=True),
        "form": words.partnership_form(fact.form, fact.subject, draft.text),
        "subject": draft.words("subject", fact.subject),
        "date": draft.date("date", fact.date),
        "status": words.partnership_status(fact.form, fact.subject, draft.text),
    }


def _event(fact: Any, draft: _Draft) -> None:
    name = draft.words("name", fact.name)
    first, _, last = (draft.date("date", fact.date) or "").partition("/")
    draft.values = {
        "name": name,
        "kind": words.event_kind(name or "", draft.text),
        "date": first or None,
        "date_end": last or None,
        "place": draft.words("place", fact.place),
        "organizers": draft.people("organizers", fact.organizers, bodies=True),
        "participants": draft.people("participants", fact.participants, bodies=True),
    }


def _project(fact: Any, draft: _Draft) -> None:
    owner = draft.organization("owner", fact.owner)
    area = parse_area(fact.area)
    if (body := draft.reading.names.full_name(fact.name)) != fact.name and suffix_kind(body):
        draft.reasons.append(f"name: “{fact.name}” is {body}, not what it builds")
    draft.values = {
        "name": (name := draft.words("name", fact.name, lambda text: words.project_name(text, owner))),
        "owner": owner if owner != name else None,
        "status": words.project_status(fact.status, fact.name, draft.text),
        "date": draft.date("date", fact.date),
        "investment_cny": _amount(draft, "investment_cny", fact.investment, parse_money(fact.investment)),
        "area": _amount(draft, "area", fact.area, area[0] if area else None),
        "area_measure": area[1] if area and draft.find(fact.area) else None,
        "beds": _amount(draft, "beds", fact.beds, parse_count(fact.beds)),
        "equipment": tuple(
            value for item in fact.equipment if (value := draft.words("equipment", item)) is not None
        ),
    }


def _amount(draft: _Draft, name: str, copied: str, value: float | int | None) -> float | int | None:
    if value is None or draft.find(copied) is None:
        return None
    draft.place(name, copied, "derived")
    return value


def _system(fact: Any, draft: _Draft) -> None:
    draft.values = {
        "organization": draft.organization("organization", fact.organization),
        "name": draft.words("name", fact.name),
        "action": words.system_action(fact.action, fact.name, draft.text),
        "date": draft.date("date", fact.date),
    }


def _technique(fact: Any, draft: _Draft) -> None:
    draft.values = {
        "organization": draft.organization("organization", fact.organization),
        "unit": _unit(draft, fact.unit, fact.organization),
        "name": draft.words("name", fact.name),
        "novelty": draft.words("novelty", fact.novelty),
        "date": draft.date("date", fact.date),
    }


def _service(fact: Any, draft: _Draft) -> None:
    draft.values = {
        "organization": draft.organization("organization", fact.organization),
        "name": draft.words("name", fact.name),
        "date": draft.date("date", fact.date),
    }


def _case(fact: Any, draft: _Draft) -> None:
    patient = draft.words("patient", fact.patient)
    age = _AGE.search(patient or "")
    draft.values = {
        "patient": patient,
        "age": int(age[1]) if age else None,
        "condition": draft.words("condition", fact.condition),
        "treatment": draft.words("treatment", fact.treatment),
        "organization": draft.organization("organization", fact.organization),
        "unit": _unit(draft, fact.unit, fact.organization),
        "clinicians": draft.people("clinicians", fact.clinicians, bodies=False),
        "date": draft.date("date", fact.date),
        "outcome": draft.words("outcome", fact.outcome),
    }


def _notice(fact: Any, draft: _Draft) -> None:
    subject = draft.words("subject", fact.subject, _without_number)
    declarant = draft.words("declarant", fact.declarant)
    if declarant and (is_person(declarant) or _PRIVATE_WORD.search(declarant) or _SEVERAL.search(declarant)):
        # R10: private people are not named; that the notice is a private person's is what the record says.
        declarant = _PRIVATE
    draft.values = {
        "kind": words.notice_kind(subject or ""),
        "subject": subject,
        "declarant": declarant,
        "date": draft.date("date", fact.date),
    }


def _without_number(text: str) -> str:
    """The thing lost without its number."""
    return words.clean(_NUMBER_BEHIND.sub("", text))


def _article(fact: Any, draft: _Draft) -> None:
    """The header; its values are checked by :mod:`pipeline.records.header`."""
    draft.values = {
        "title": draft.words("title", fact.title, str.strip),
        "subtitle": draft.words("subtitle", fact.subtitle, lambda text: text.strip(" —-")),
        "authors": draft.people("authors", fact.authors, bodies=False),
        "photographers": draft.people("photographers", fact.photographers, bodies=False),
        "publication": draft.words("publication", fact.publication),
        "date": draft.date("date", fact.date),
    }


def _unit(draft: _Draft, copied_unit: str, copied_organization: str) -> str | None:
    """The unit as copied, or the one printed together with its organization (``甲医院胸痛中心``)."""
    return draft.words("unit", copied_unit, words.unit_name) or (
        draft.reading.names.split_unit(copied_organization)[1] or None
        if draft.find(copied_organization)
        else None
    )


_BUILDERS: Final[dict[str, Callable[[Any, _Draft], None]]] = {
    "appointment": _appointment,
    "accreditation": _accreditation,
    "honour": _honour,
    "metric": _metric,
    "partnership": _partnership,
    "event": _event,
    "project": _project,
    "system": _system,
    "technique": _technique,
    "service": _service,
    "case": _case,
    "notice": _notice,
    "article": _article,
}

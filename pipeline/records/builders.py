"""From a fact as it was copied to the fields of its record type: one builder for each type."""

import re
from collections.abc import Callable, Sequence
from typing import Any, Final

from pipeline.records import counted, words
from pipeline.records.appointments import appointment
from pipeline.records.draft import NOTHING, Draft
from pipeline.records.furnish import furnished
from pipeline.records.lists import fellows
from pipeline.records.names import is_organization
from pipeline.records.numbers import (
    Quantity,
    parse_area,
    parse_count,
    parse_money,
    parse_quantity,
    quantity_at,
)
from pipeline.records.organizations import has_place, is_unit, suffix_kind
from pipeline.records.people import is_person
from pipeline.records.phrases import modifiers
from schemas import Check

PRIVATE: Final = "个人"
"""What a private person is called who gives a notice."""
_LONGEST_ITEM: Final = 16
_LEAST_NAME: Final = 4
_PRIVATE_WORD = re.compile(r"^(本人|个人)|(先生|女士)$")
_SEVERAL = re.compile(r"^[\u4e00-\u9fff]{2,4}(、[\u4e00-\u9fff]{2,4})+$")
_NUMBER_BEHIND = re.compile(
    r"[（(][^（）()]*[*\d][^（）()]*[)）]|(编号|号码|证号|号)?[:：]?\s*[A-Za-z]*\*[*\w-]*"
)
_LEVEL_IN_FRONT = re.compile(r"^[“”‘’\"]*(国际级|国家级|省级|市级|县级)")
_HELD_BY = re.compile(
    r"([\u4e00-\u9fff]{4,}?)(?:召开了?|举办了?|举行了?|组织开展|组织|开展了?|主办|承办)(.{3,})"
)
_SOLEMN = re.compile(r"(?:正式|隆重|顺利|圆满|如期)(?=[\u4e00-\u9fff]{2})")
"""How a happening went, which is not what it is called."""
_CUT = re.compile(r"(?:开展|举办|举行|召开|组织)了?((?!了)[\u4e00-\u9fff\d]{1,6})$")
"""Between such a verb and what was copied, the first words of a happening's name."""
_VISITED = re.compile("(?:参观|考察|调研|走访|视察|观摩)(?:交流|学习|指导)?")
_HELD_AT = re.compile(
    r"(?<![现正旨存建实])(?:在|于)(?!此|会|全|近|即|年|日|月|今|当)([^，。；：、！？\d]{2,24}?)(?:隆重|顺利|胜利|圆满|成功|正式|如期|盛大)*(?:举行|召开|举办|开幕|拉开帷幕)"
)
"""Where something took place, by the verb behind it."""
_HOLDS = re.compile(
    r"(?:(?![。；]|在[^，。]{2,24}(?:举行|召开|举办)|仪式[^，。]{0,12}举行).){0,60}?(?:主办|承办|协办|举办|召开|举行|组织|开展|召集|发起|启动|迎来)"
)
"""Behind a body, that it holds something."""
_HERE = re.compile(r"[我该本]院|医院")
_JOINED = re.compile(r"暨[^，。；：、！？]{2,40}?(?:仪式|大会|会议|论坛|峰会|活动|培训班|年会|研讨会)")
"""The second half of what a happening is called."""
_BEGUN = re.compile("(?:揭牌)?成立|揭牌|启动|挂牌|启用")
"""Verbs that a model copies in place of a happening's name."""
_GRANTED = re.compile("被([^，。；被]{2,40}?)(?:联合|共同|正式)?(?:授予|评为|命名为|表彰为|确定为)")
"""Who is told to grant something."""
_BEDS = re.compile("[张床]")
_NO_EQUIPMENT = re.compile(r"(?<![\d一二两三四五六七八九十余])(?:[\u4e00-\u9fff]部)$|^.$|床$|车位$")
_NOVEL = re.compile(
    r"^(?:[^，。]{0,12}(?:患者|病人)(?=[成顺实施开行]))?(?:顺利|成功|率先|正式|独立|实施|开展|完成|施行|了)*((?:[\u4e00-\u9fff]{1,4}(?=首))?(?:首例|首台|首次|首个))?(?=.{3})"
)
"""What stands before a technique's name in a copy: that it was done, and that it was the first."""
_DESCRIBED = re.compile(r"\d{1,3}岁(?:的)?(?:[男女]?(?:患者|患儿|市民|村民|老人|居民|孩子|婴儿))?(?:的)?$")
"""Words of age before a patient's name, which belong to the description as printed."""
_WITH_OTHERS = re.compile("[和及与]?(?:其|他的|她的)?(?:家属|家人|亲属|丈夫|妻子)+$")
_AGE = re.compile(r"(\d{1,3})岁")


def _accreditation(fact: Any, draft: Draft) -> None:
    copied, body = fact.designation, fact.organization
    if suffix_kind(words.clean(body)) in ("society", "other", "government"):
        # Whoever grants a status, or a network that has members, does not obtain it.
        copied, body = (body + copied if draft.find(body + copied) else copied), ""
    if body and re.search(rf"(?:医院|[我该本]院)[是为系](?:一[所家])?{re.escape(body)}", draft.text):
        body = ""  # What the hospital is is not the hospital.
    title = words.title(copied)
    copied = modifiers(draft.text, title) + title if draft.find(title) else copied
    designation = draft.words("designation", copied, words.title)
    if designation and (found := draft.find(designation)):
        designation = _shared_level(found[0].text, found[1]) + designation
    organization = draft.organization("organization", body)
    issuer = draft.words("issuer", fact.issuer)
    if issuer is not None and (issuer == organization or not (is_organization(issuer) or is_person(issuer))):
        issuer = None
    draft.values = {
        "organization": organization,
        # Of a list of statuses a model may copy one as the unit that holds the other.
        "unit": None
        if fact.unit in fellows(draft.text, fact.designation)
        else draft.unit(fact.unit, fact.organization),
        "designation": designation,
        "level": words.level(designation or "", issuer or "", draft.text),
        "status": words.accreditation_status(fact.action, designation or "", draft.text),
        "date": draft.date_told("date", fact.date, fact.designation),
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


def _honour(fact: Any, draft: Draft) -> None:
    named = suffix_kind(fact.recipient) or is_unit(fact.recipient) or is_person(words.clean(fact.recipient))
    recipient = draft.organization("recipient", fact.recipient if named else "", party=True)
    granted_by = draft.words("granted_by", fact.granted_by) or _grantor(fact.honour, draft)
    rank = draft.words("rank", fact.rank)
    if rank and not re.search(f"{re.escape(rank)}(?!医院|附属|人民|中心医院|临床)", draft.text):
        rank = None  # 第一 of 附属第一医院
    draft.values = {
        "recipient": recipient,
        "honour": draft.words("honour", fact.honour),
        "rank": rank,
        "granted_by": granted_by if granted_by != recipient else None,
        "date": draft.date_told("date", fact.date, fact.honour),
    }


def _grantor(honour: str, draft: Draft) -> str | None:
    """Who a sentence says granted an honour, before the verb."""
    found = draft.find(honour) if honour.strip() not in NOTHING else None
    granted = list(_GRANTED.finditer(found[0].text, 0, found[1])) if found else []
    return draft.words("granted_by", granted[-1][1]) if granted else None


def _metric(fact: Any, draft: Draft) -> None:
    subject, indicator = fact.subject, fact.indicator
    if indicator.strip() in NOTHING and not is_unit(subject) and not suffix_kind(subject):
        # What is counted was copied as what is measured: 门诊量 is nobody's name.
        subject, indicator = "", subject
    subject = counted.subject_of(subject)
    draft.values = {
        "subject": draft.organization("subject", subject, party=True),
        "indicator": None,
        "value": None,
        "kind": None,
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
    if counted.in_a_name(sentence.text, quantity):
        draft.reasons.append(f"value: “{fact.value}” is a part of a name")
    draft.place("value", fact.value, "derived")
    draft.values |= {
        "indicator": _indicator(draft, indicator, sentence.text, quantity),
        "period": draft.date_before(
            "period", fact.period, sentence, counted.told_from(sentence.text, quantity)
        ),
        "value": quantity.value,
        "value_max": quantity.value_max,
        "measure": quantity.measure,
        "kind": words.metric_kind(fact.value, fact.indicator, sentence.text, at + copied.span[0]),
        "qualifier": quantity.qualifier,
    }


def _indicator(draft: Draft, copied: str, text: str, quantity: Quantity) -> str | None:
    """What a number counts by the words around it; what the model copied where they do not tell."""
    read = counted.indicator_of(text, quantity)
    if read is None:
        return draft.words("indicator", copied)
    draft.place("indicator", read, "verbatim") if draft.find(read) else draft.checks.append(
        Check(field="indicator", status="derived")
    )
    return read


def _partnership(fact: Any, draft: Draft) -> None:
    draft.values = {
        "parties": _distinct(draft.people("parties", fact.parties, bodies=True)),
        "form": words.partnership_form(fact.form, fact.subject, draft.text),
        "subject": draft.words("subject", fact.subject),
        "date": draft.date_told("date", fact.date, fact.subject),
        "status": words.partnership_status(fact.form, fact.subject, draft.text),
    }


def _distinct(parties: Sequence[str]) -> tuple[str, ...]:
    """The parties without those that are a part of another, and without networks that have no name of their own."""
    named = [one for one in parties if not (suffix_kind(one) == "society" and not has_place(one))]
    return tuple(
        one
        for one in named
        if not any(one != other and one.startswith(other) and suffix_kind(one) is None for other in named)
    )


def _event(fact: Any, draft: Draft) -> None:
    host, called = _host(fact.name)
    name, subject = _happened(fact, draft)
    name = name or draft.words(
        "name", _whole_name(called, draft), lambda text: _SOLEMN.sub("", _plain(words.clean(text)))
    )
    first, _, last = (draft.date_told("date", fact.date, fact.name) or "").partition("/")
    draft.values = {
        "name": name,
        "kind": words.event_kind(name or "", draft.text),
        "date": first or None,
        "date_end": last or None,
        "place": _place(draft, fact.place),
        "organizers": draft.people(
            "organizers",
            [
                *([host] if host else []),
                *(each for each in fact.organizers if each != subject and _organizes(each, draft.text)),
            ],
            bodies=True,
            named=True,
        ),
        # Whoever is told of in a sentence about a happening takes part in it.
        "participants": draft.people(
            "participants",
            [*fact.participants, *draft.reading.named_in(draft.text)],
            bodies=True,
            named=True,
        ),
    }


def _happened(fact: Any, draft: Draft) -> tuple[str | None, str]:
    """The name of a happening of which a verb alone was copied, with what it happened to; and that, as copied.

    ``参观`` and a place are one name, a body and ``成立`` another.
    """
    verb = words.clean(fact.name)
    if _VISITED.fullmatch(verb) and fact.place.strip() not in NOTHING and draft.find(fact.place):
        name, body = f"{verb}{words.clean(fact.place)}", fact.place
    elif _BEGUN.fullmatch(verb):
        body = next(
            (
                each
                for each in (*fact.organizers, fact.place)
                if each.strip() not in NOTHING
                and re.search(rf"{re.escape(each)}[”」]?(?:正式)?{verb}", draft.text)
            ),
            "",
        )
        name = f"{words.clean(body)}{verb}"
    else:
        return None, ""
    if not body:
        return None, ""
    draft.place("name", fact.name, "derived")
    return name, body


def _whole_name(copied: str, draft: Draft) -> str:
    """A happening's name from the verb on: of ``开展清廉医院建设活动`` a model may copy the last words alone."""
    found = draft.find(copied)
    if found is None:
        return copied
    text, at = found[0].text, found[1]
    cut = _CUT.search(text[:at])
    more = _JOINED.match(text, at + len(copied))
    return (cut[1] if cut else "") + copied + (more[0] if more else "")


def _plain(name: str) -> str:
    """A happening's name without the word before it, who held it and the verb, where they were copied with it."""
    before, held, after = name.lstrip("的").partition("举行")
    if not held or len(after) < _LEAST_NAME:
        return name.lstrip("的")
    return after if suffix_kind(before) or before.endswith(("）", ")", "院区")) else before + after


def _place(draft: Draft, copied: str) -> str | None:
    """Where something took place: what stands behind a word of place, or before the verb that tells that it did."""
    if copied.strip() in NOTHING and (held := _HELD_AT.search(draft.text)):
        copied = held[1]
        if _HERE.match(copied):
            body = draft.organization("place", "")
            return body + _HERE.sub("", copied, count=1) if body else None
    place = words.clean(copied)
    return (
        draft.words("place", copied)
        if place and re.search(rf"(?:在|于|赴|到|走进|前往|地点[:：]?)[“]?{re.escape(place)}", draft.text)
        else None
    )


def _organizes(body: str, text: str) -> bool:
    """Whether a text says of a body that it holds something: who is only there, or signs, takes part."""
    behind = text.partition(body)[2]
    found = _HOLDS.match(behind)
    return found is not None or re.search(f"由[^，。；]{{0,60}}{re.escape(body)}", text) is not None


def _host(name: str) -> tuple[str, str]:
    """Who held a happening, and its name, where both were copied with the verb between: ``某医院召开推进会``."""
    found = _HELD_BY.fullmatch(name)
    return (found[1], found[2]) if found and suffix_kind(found[1]) else ("", name)


def _project(fact: Any, draft: Draft) -> None:
    owner = draft.organization("owner", fact.owner)
    told = _described(fact, draft)
    area = parse_area(told["area"])
    if (body := draft.reading.names.full_name(fact.name)) != fact.name and suffix_kind(body):
        draft.reasons.append(f"name: “{fact.name}” is {body}, not what it builds")
    draft.values = {
        "name": (name := draft.words("name", fact.name, lambda text: words.project_name(text, owner))),
        "owner": owner if owner != name else None,
        "status": words.project_status(fact.status, fact.name, draft.text),
        "date": draft.date_told("date", fact.date, fact.name),
        "investment_cny": _amount(
            draft, "investment_cny", told["investment"], parse_money(told["investment"])
        ),
        "area": _amount(draft, "area", told["area"], area[0] if area else None),
        "area_measure": area[1] if area and draft.find(told["area"]) else None,
        "beds": _amount(draft, "beds", told["beds"], parse_count(told["beds"]))
        if _BEDS.search(told["beds"])
        else None,
        "equipment": tuple(
            value
            for item in fact.equipment
            if not _NO_EQUIPMENT.search(item) and (value := draft.words("equipment", item)) is not None
        ),
    }


def _described(fact: Any, draft: Draft) -> dict[str, str]:
    """Cost, area and beds as the text tells them of the project; as copied where it does not."""
    copied = {"investment": fact.investment, "area": fact.area, "beds": fact.beds}
    if (found := draft.find(fact.name)) is None:
        return copied
    told = furnished(fact.name, found[0], draft.reading.document.sentences)
    draft.cite(each.sentence for each in told.values())
    return copied | {measure: each.printed for measure, each in told.items()}


def _amount(draft: Draft, name: str, copied: str, value: float | int | None) -> float | int | None:
    if value is None or draft.find(copied) is None:
        return None
    draft.place(name, copied, "derived")
    return value


def _system(fact: Any, draft: Draft) -> None:
    draft.values = {
        "organization": draft.organization("organization", fact.organization),
        "name": draft.words("name", fact.name),
        "action": words.system_action(fact.action, fact.name, draft.text),
        "date": draft.date_told("date", fact.date, fact.name),
    }


def _technique(fact: Any, draft: Draft) -> None:
    novel = _NOVEL.match(fact.name)
    draft.values = {
        "organization": draft.organization("organization", fact.organization),
        "unit": draft.unit(fact.unit, fact.organization),
        "name": draft.words("name", fact.name[novel.end() :] if novel else fact.name),
        "novelty": draft.words("novelty", novel[1] if novel and novel[1] else fact.novelty),
        "date": draft.date_told("date", fact.date, fact.name),
    }


def _service(fact: Any, draft: Draft) -> None:
    draft.values = {
        "organization": draft.organization("organization", fact.organization),
        "name": draft.words("name", fact.name),
        "date": draft.date_told("date", fact.date, fact.name),
    }


def _case(fact: Any, draft: Draft) -> None:
    described = _DESCRIBED.search(draft.text.partition(fact.patient)[0]) if draft.find(fact.patient) else None
    alone = _WITH_OTHERS.sub("", fact.patient)
    patient = draft.words("patient", (described[0] if described else "") + alone)
    age = _AGE.search(patient or "")
    draft.values = {
        "patient": patient,
        "age": int(age[1]) if age else None,
        "condition": draft.words("condition", fact.condition),
        "treatment": draft.words("treatment", fact.treatment),
        "organization": draft.organization("organization", fact.organization),
        "unit": draft.unit(fact.unit, fact.organization),
        "clinicians": draft.people("clinicians", fact.clinicians, bodies=False, named=True),
        "date": draft.date("date", fact.date),
        "outcome": draft.words("outcome", fact.outcome),
    }


def _notice(fact: Any, draft: Draft) -> None:
    subject = draft.words("subject", fact.subject, _without_number)
    declarant = draft.words("declarant", fact.declarant)
    if declarant and (is_person(declarant) or _PRIVATE_WORD.search(declarant) or _SEVERAL.search(declarant)):
        # R10: private people are not named; that the notice is a private person's is what the record says.
        declarant = PRIVATE
    draft.values = {
        "kind": words.notice_kind(subject or ""),
        "subject": subject,
        "declarant": declarant,
        "date": draft.date("date", fact.date),
    }


def _without_number(text: str) -> str:
    """The thing lost without its number."""
    return words.clean(_NUMBER_BEHIND.sub("", text))


def _article(fact: Any, draft: Draft) -> None:
    """The header; its values are checked by :mod:`pipeline.records.header`."""
    draft.values = {
        "title": draft.words("title", fact.title, str.strip),
        "subtitle": draft.words("subtitle", fact.subtitle, lambda text: text.strip(" —-")),
        "authors": draft.people("authors", fact.authors, bodies=False),
        "photographers": draft.people("photographers", fact.photographers, bodies=False),
        "publication": draft.words("publication", fact.publication),
        "date": draft.date("date", fact.date),
    }


BUILDERS: Final[dict[str, Callable[[Any, Draft], None]]] = {
    "appointment": appointment,
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

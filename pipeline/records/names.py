"""The organizations of one document: their fullest names, what else they are called, whom ``该院`` means.

Rule R5 of the record guide: an organization is written with the fullest name that the document itself uses
for it, without a bracketed alias and without quotation marks. Nothing is expanded from outside the document.
"""

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Final, Literal

from pipeline.document.text import Sentence
from pipeline.records.organizations import (
    abbreviates,
    has_place,
    is_generic,
    is_unit,
    names_in,
    split_at_unit,
    suffix_kind,
)
from pipeline.records.people import is_person, strip_titles
from pipeline.records.words import clean, unit_name

__all__ = ["Mention", "Names", "Resolved", "is_organization", "is_person", "strip_titles"]

_DEICTIC = re.compile(
    r"(?:我|本|全|该|我们|他们|她们|贵|咱们?|两|同)?(?:医)?院(?:方|里|内)?|我们|他们|自己|双方|"
    r"该(?:所|局|校|会|公司|集团|中心|学会|协会|联盟|单位|机构)|本(?:所|局|校|会|公司|集团|中心|单位)|"
    r"(?:我|该|本)(?:县|市)?医院"
)
_THAT = re.compile(r"该(.+)")
_PLACE_WORD = re.compile(r"(?:我|全|本|该)([市县省区])")
_BRACKET = re.compile(r"[ \u3000]*[（(]([^（）()]{2,24})[）)]")
_ALSO = re.compile(r"^(?:以下)?(?:简称|又称|又名|原名|原|亦称|全称|即|现|暨)(?:为)?[:：]?")
_SHORT_END = re.compile("院|卫健委|疾控|政府")
_LONGEST_SHORT: Final = 12
_PLAIN_ABOUT_ONE: Final = 0.6
"""Share of all mentions of hospitals that makes a document one about that hospital."""


_OPENING: Final = 5
"""Sentences from the beginning, headings included, in which a profile presents its hospital."""
_PRESENTED: Final = re.compile(
    r"(?:[（(][^）)]*[）)])?[，,]?(?:是[一全集国省市县我]|系[一全国省市]|始建|创建|成立于|建于|位于|地处|坐落|前身|现为)"
)
_AND_US: Final = re.compile("(?:与|和|同|及|携手|联合)(?:我|本)院")
_US_AND: Final = re.compile("(?:我|本)院(?:与|和|同|及|携手|联合)$")
_BESIDE: Final = 6
"""Characters before a name that tell whose it is."""
_US: Final = re.compile("(?:我|本)院")
_GONE_TO: Final = re.compile("(?:来到|走进|赴|前往|深入|抵达)$")
_SEVERAL: Final = 3
_LONGEST_NAME: Final = 80
"""Most characters of a printed name that is looked into."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """An organization's full name, or None where the document leaves it open.

    ``how`` is ``verbatim`` where the name is what was printed, ``resolved`` where it stands elsewhere.
    """

    name: str | None
    how: Literal["verbatim", "resolved"]


@dataclass(frozen=True, slots=True)
class Mention:
    """A place where an organization is named; ``start`` is an offset in the sentence's text."""

    name: str
    printed: str
    sentence: int
    block: int
    start: int


def is_organization(text: str) -> bool:
    """Whether ``text`` ends like an organization's name and names one in particular."""
    name = clean(text)
    return len(name) >= 3 and suffix_kind(name) is not None and not is_generic(name)


@dataclass(frozen=True, slots=True)
class Names:
    """The names of organizations in one document; made by ``Names.of``."""

    sentences: Mapping[int, Sentence]
    full: Mapping[str, str]
    """The full name of each printed name, aliases and short forms included."""
    mentions: tuple[Mention, ...]
    """In reading order."""
    counts: Mapping[str, int]
    """How often each full name is mentioned, under whatever name."""
    principal: str | None
    """The hospital that the document is plainly about, by its share of all mentions of hospitals, or None."""
    book: "_Shorts" = field(repr=False, compare=False)

    @classmethod
    def of(cls, sentences: Sequence[Sentence]) -> "Names":
        """Find the organizations of a document by the grammar of their names. Time is linear in the text."""
        spans = {each.number: _spans(each.text) for each in sentences}
        found = Counter(each.text[start:end] for each in sentences for start, end in spans[each.number])
        kept = _trimmed(found)
        full = _full_names(kept, _bracketed(sentences, spans, kept))
        book = _Shorts(full)
        mentions = tuple(
            mention for each in sentences for mention in _mentions(each, spans[each.number], kept, book)
        )
        counts = Counter(mention.name for mention in mentions)
        return cls(
            sentences={each.number: each for each in sentences},
            full={**full, **{mention.printed: mention.name for mention in mentions}},
            mentions=mentions,
            counts=counts,
            principal=_principal(_ours(counts, sentences, mentions), _titled(sentences, mentions))
            or _profiled(sentences, mentions),
            book=book,
        )

    def full_name(self, printed: str) -> str:
        """The fullest name the document uses for what is printed; ``printed`` where it knows no other."""
        name = _without_alias(clean(printed))
        if name in self.full:
            return self.full[name]
        inside = [name[start:end] for start, end in names_in(name) if end == len(name)]
        if inside and inside[0] in self.full:
            return self.full[inside[0]]
        return self.book.find(name) or name

    def resolve_organization(self, printed: str, sentence_number: int) -> Resolved:
        """The organization meant by ``printed`` in a sentence: a name, a short form, ``该院``, or nothing.

        Of ``该院心内科`` or ``甲医院心内科`` it is the organization alone.
        """
        name, _ = self.split_unit(printed)
        if not name or _DEICTIC.fullmatch(name):
            return Resolved(self._meant(name, sentence_number), "resolved")
        if place := _PLACE_WORD.fullmatch(name):
            return Resolved(self._place(place[1]), "resolved")
        full = self.full_name(name)
        return Resolved(full, "verbatim" if full in clean(printed) else "resolved")

    def resolve_party(self, printed: str, sentence_number: int) -> Resolved:
        """A person without titles, or an organization in full, its unit behind it: prize winners, guests."""
        person, _ = strip_titles(clean(printed))
        if is_person(person):
            return Resolved(person, "verbatim")
        _, unit = self.split_unit(printed)
        owner = self.resolve_organization(printed, sentence_number)
        if not unit or owner.name is None:
            return Resolved(owner.name or unit or None, owner.how)
        return Resolved(owner.name + unit, owner.how)

    def split_unit(self, printed: str) -> tuple[str, str]:
        """``printed`` as (organization, unit), both as printed; either may be empty."""
        name = _without_alias(clean(printed))
        if len(name) > _LONGEST_NAME:
            return name, ""
        for end in range(len(name) - 1, 1, -1):
            lead = name[:end]
            if (lead in self.full or _DEICTIC.fullmatch(lead)) and is_unit(name[end:]):
                return lead, unit_name(name[end:])
        owner, unit = split_at_unit(name)
        if unit:
            return owner, unit_name(unit)
        if is_unit(name) and suffix_kind(name) is None and not has_place(name):
            return "", unit_name(name)
        return name, ""

    def aliases(self) -> dict[str, tuple[str, ...]]:
        """What else each organization is called in the document, by its full name."""
        called: defaultdict[str, list[str]] = defaultdict(list)
        for printed, full in self.full.items():
            if printed != full:
                called[full].append(printed)
        return {full: tuple(others) for full, others in called.items()}

    def subject_organizations(self, organizations: Iterable[str]) -> tuple[str, ...]:
        """The hospitals that the piece is about, from the organizations of its records (with repeats).

        One that has most of the records is the only one; otherwise all with several records or mentions.
        """
        counts = Counter(name for name in organizations if suffix_kind(name) == "hospital")
        named = {name: count for name, count in self.counts.items() if suffix_kind(name) == "hospital"}
        top = max(counts, key=lambda name: counts[name], default=None)
        if top is not None and counts[top] >= _PLAIN_ABOUT_ONE * counts.total():
            return (top,)
        several = {name for each in (counts, named) for name, count in each.items() if count >= _SEVERAL}
        return tuple(sorted(several, key=lambda name: (-counts[name] - named.get(name, 0), name)))

    def _meant(self, word: str, sentence_number: int) -> str | None:
        sentence = self.sentences.get(sentence_number)
        if sentence is None or word == "双方":
            return None
        if that := _THAT.fullmatch(word):
            end = "" if that[1] in ("单位", "机构") else that[1]
            named = (each.name for each in self._back(sentence, word))
            return next((name for name in named if name.endswith(end)), None)
        return self.principal or self._in_paragraph(sentence, word)

    def _in_paragraph(self, sentence: Sentence, word: str) -> str | None:
        """The hospital that the paragraph speaks of.

        For a word it is the last one named; for no word the last that begins a clause, or the only one.
        """
        paragraph = takewhile(lambda each: each.block == sentence.block, self._back(sentence, word))
        hospitals = [each for each in paragraph if each.name.endswith("院")]
        if hospitals and word:
            return hospitals[0].name
        if leading := [each for each in hospitals if self._begins_clause(each)]:
            return leading[0].name
        return hospitals[0].name if len({each.name for each in hospitals}) == 1 else None

    def _begins_clause(self, mention: Mention) -> bool:
        lead = self.sentences[mention.sentence].text[: mention.start].rstrip()
        return not lead or lead[-1] in "，,；;。：:！？!?…"

    def _back(self, sentence: Sentence, word: str) -> Iterator[Mention]:
        """The mentions before ``word`` stands alone in the sentence, or before its end; the last first."""
        limit = len(sentence.text)
        here = self.mentions[self._index(sentence.number, 0) : self._index(sentence.number, limit)]
        inside = {at for each in here for at in range(each.start, each.start + len(each.printed))}
        if word:
            found = (match.start() for match in re.finditer(re.escape(word), sentence.text))
            limit = next((at for at in found if at not in inside), limit)
        for index in range(self._index(sentence.number, limit) - 1, -1, -1):
            yield self.mentions[index]

    def _index(self, number: int, start: int) -> int:
        return bisect_left(self.mentions, (number, start), key=lambda each: (each.sentence, each.start))

    def _place(self, end: str) -> str | None:
        """The one city, county or province whose name begins the names of the document's organizations."""
        pattern = re.compile(f"[\u4e00-\u9fff]{{2,7}}?{end}")
        counts: Counter[str] = Counter()
        for name, count in self.counts.items():
            if place := pattern.match(name):
                counts[place[0]] += count
        if not counts:
            return None
        top, count = counts.most_common(1)[0]
        return top if count >= _PLAIN_ABOUT_ONE * counts.total() else None


def _ours(
    counts: Mapping[str, int], sentences: Sequence[Sentence], mentions: Sequence[Mention]
) -> Counter[str]:
    """The counts without those of bodies named beside ``我院``, which are others: ``甲医院与我院``."""
    texts = {each.number: each.text for each in sentences}
    ours = {each.number for each in sentences if _US.search(each.text)}
    others = set()
    for each in mentions:
        text = texts[each.sentence]
        before = text[max(0, each.start - _BESIDE) : each.start]
        beside = _AND_US.match(text, each.start + len(each.printed)) or _US_AND.search(before)
        if each.sentence in ours and (beside or _GONE_TO.search(before)):
            others.add(each.name)
    return Counter({name: count for name, count in counts.items() if name not in others})


def _principal(counts: Counter[str], titled: str | None) -> str | None:
    """The hospital that most is said of; else the one of the title, where none is named more often."""
    hospitals = Counter({name: count for name, count in counts.items() if suffix_kind(name) == "hospital"})
    top = next(iter(hospitals.most_common(1)), None)
    if top and top[1] >= _PLAIN_ABOUT_ONE * hospitals.total():
        return top[0]
    return titled if top and titled and hospitals[titled] == top[1] else None


def _titled(sentences: Sequence[Sentence], mentions: Sequence[Mention]) -> str | None:
    """The one hospital that the article's first heading names."""
    title = next((each for each in sentences if each.section == "article"), None)
    if title is None or not title.heading:
        return None
    named = {
        each.name for each in mentions if each.block == title.block and suffix_kind(each.name) == "hospital"
    }
    return named.pop() if len(named) == 1 else None


def _profiled(sentences: Sequence[Sentence], mentions: Sequence[Mention]) -> str | None:
    """The hospital that a profile presents in its opening: ``甲医院始建于1952年``."""
    first = next((each for each in mentions if suffix_kind(each.name) == "hospital"), None)
    if first is None or first.sentence > _OPENING:
        return None
    text = next(each.text for each in sentences if each.number == first.sentence)
    behind = text[first.start + len(first.printed) :]
    return first.name if _PRESENTED.match(behind) and not text[: first.start].strip() else None


def _spans(text: str) -> tuple[tuple[int, int], ...]:
    return tuple(names_in(text))


def _without_alias(name: str) -> str:
    """``甲医院（乙医院）心内科`` without the bracket; one that is part of a unit stays."""
    bracket = re.search(r"[（(][^（）()]*[）)]", name)
    if bracket and suffix_kind(name[: bracket.start()].strip()):
        return name[: bracket.start()].strip() + name[bracket.end() :].strip()
    return name


_WITHOUT_PLACE: Final = 5
"""Characters of a hospital's name that counts although no place is seen in it."""


def _trimmed(found: Counter[str]) -> dict[str, str]:
    """Each raw name, without the words before it that another mention shows not to belong to it.

    A name without a place or owner counts only where it is said twice: ``点燃医院`` is no hospital.
    """
    kept: dict[str, str] = {}
    for raw in found:
        name = next((raw[at:] for at in range(len(raw) - 4, 0, -1) if _is_junk(raw, at, found)), raw)
        if has_place(name) or (found[name] >= 2 and len(name) >= 4):
            kept[raw] = name
    if not any(suffix_kind(name) == "hospital" for name in kept.values()):
        # The one hospital of a short report may be named once, by a city without its 市.
        kept |= {raw: raw for raw in found if suffix_kind(raw) == "hospital" and len(raw) >= _WITHOUT_PLACE}
    return kept


_OWNED = re.compile(r"(?:附属|大学|学院|科学院|医院|[省市县区州旗镇乡]|国家|中国|中华|全国|国际)$")
_ADMINISTRATION: Final = tuple("省市县区州旗镇乡")


def _is_junk(raw: str, at: int, found: Mapping[str, int]) -> bool:
    rest = raw[at:]
    return (
        rest in found
        and found[rest] > found[raw]
        and has_place(rest)
        and not rest.startswith(_ADMINISTRATION)
        and _OWNED.search(raw[:at]) is None
    )


def _bracketed(
    sentences: Sequence[Sentence], spans: Mapping[int, tuple[tuple[int, int], ...]], kept: Mapping[str, str]
) -> dict[str, str]:
    """Alias → name, where it stands in brackets behind the name and is one itself, or is called one."""
    aliases: dict[str, str] = {}
    for each in sentences:
        for start, end in spans[each.number]:
            name = kept.get(each.text[start:end])
            bracket = _BRACKET.match(each.text, end)
            if name is None or bracket is None:
                continue
            inside = clean(bracket[1])
            alias = clean(_ALSO.sub("", inside))
            named = alias != inside or is_organization(alias) or re.fullmatch("[A-Z]{2,8}", alias)
            if named and 2 <= len(alias) < 20 and alias != name:
                aliases.setdefault(alias, name)
    return aliases


def _full_names(kept: Mapping[str, str], aliases: Mapping[str, str]) -> dict[str, str]:
    """Printed name → full name, for whole names and bracketed aliases."""
    names = dict.fromkeys([*kept.values(), *aliases])
    book = _Shorts({name: name for name in names})
    longer = {name: aliases.get(name) or book.longer(name) or name for name in names}
    return {name: _end_of(longer, name) for name in names}


def _end_of(links: Mapping[str, str], name: str) -> str:
    """Where a chain of links ends: a short form of an alias of a name is that name."""
    seen = {name}
    while (following := links.get(name, name)) not in seen:
        seen.add(following)
        name = following
    return name


def _mentions(
    sentence: Sentence, spans: Sequence[tuple[int, int]], kept: Mapping[str, str], book: "_Shorts"
) -> Iterator[Mention]:
    found: list[tuple[int, str, str]] = []
    covered = 0
    for start, end in [*spans, (len(sentence.text), len(sentence.text))]:
        found.extend(book.shorts_in(sentence.text, covered, start))
        name = kept.get(sentence.text[start:end])
        if name is not None:
            found.append((end - len(name), name, book.full.get(name, name)))
        covered = end if name is not None else covered
        if name is None and end > start:
            found.extend(book.shorts_in(sentence.text, start, end))
            covered = end
    for at, printed, full in found:
        yield Mention(full, printed, sentence.number, sentence.block, at)


class _Shorts:
    """Finds the full name that a short form stands for; answers are kept, and indexed by character."""

    def __init__(self, full: Mapping[str, str]) -> None:
        self.full = full
        self._known: dict[str, str | None] = dict(full)
        self._having: defaultdict[str, list[str]] = defaultdict(list)
        for name in full:
            for character in set(name):
                self._having[character].append(name)

    def find(self, short: str) -> str | None:
        """The full name of ``short``, or None where the document has none or several."""
        if short not in self._known:
            longer = self.longer(short)
            self._known[short] = None if longer is None else self.full[longer]
        return self._known[short]

    def longer(self, short: str) -> str | None:
        """The longest name that ``short`` abbreviates, where all others that it abbreviates mean the same."""
        rows = [self._having.get(character, []) for character in set(short)]
        if not rows:
            return None
        names = [name for name in min(rows, key=len) if abbreviates(short, name)]
        if not names:
            return None
        longest = max(names, key=len)
        same = all(
            name == longest or self.full[name] == self.full[longest] or abbreviates(name, longest)
            for name in names
        )
        return longest if same else None

    def shorts_in(self, text: str, start: int, end: int) -> Iterator[tuple[int, str, str]]:
        """(offset, printed, full name) of the short forms between two offsets of a sentence."""
        for match in _SHORT_END.finditer(text, start, end):
            stop = match.end()
            for begin in range(max(start, stop - _LONGEST_SHORT), stop - 1):
                if full := self.find(text[begin:stop]):
                    yield begin, text[begin:stop], full
                    break

"""What is counted over all documents: records by type and month, organizations by records, accreditations in time."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Final

from pipeline.output.catalogue import Entry, entries
from pipeline.output.labels import value_label
from pipeline.output.stored import Stored
from schemas import RECORD_TYPES, Accreditation

COLUMNS: Final = 36
"""How many months and years are told apart; where there are more, the oldest are put together."""
BODIES: Final = 15
"""How many organizations are drawn."""
MARKS: Final = 100
"""How many accreditations of one organization are drawn; the others are counted."""


@dataclass(frozen=True, slots=True)
class Column:
    """A stretch of time: ``when`` as the page's address has it (see :func:`holds`), and how a reader is told."""

    when: str
    year: str
    month: str


@dataclass(frozen=True, slots=True)
class Dated:
    """An accreditation at its time: ``at`` is the year with a fraction, ``exact`` says that the month is known."""

    handle: str
    document: int
    at: float
    exact: bool
    status: str
    told: str


@dataclass(slots=True)
class Counts:
    """Takes in documents one by one; grows with months, organizations and dated accreditations, not with texts."""

    by_time: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Records by type and bucket."""
    by_body: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    """Of each organization its records by type."""
    dated: dict[str, list[Dated]] = field(default_factory=lambda: defaultdict(list))
    """Of each organization its accreditations whose year is known."""
    undated: Counter[str] = field(default_factory=Counter)
    """Of each organization how many accreditations have no year."""
    more: Counter[str] = field(default_factory=Counter)
    """Of each organization how many dated accreditations are counted only."""

    def add(self, stored: Stored) -> None:
        """Count the records of a document."""
        for entry, record in zip(entries(stored), stored.records, strict=True):
            self.by_time[entry.type, bucket(entry.date)] += 1
            for name in entry.organizations:
                self.by_body[name][entry.type] += 1
            if isinstance(record, Accreditation):
                self._accredited(stored.number, entry, record)

    def _accredited(self, document: int, entry: Entry, record: Accreditation) -> None:
        when = bucket(entry.date)
        for name in entry.organizations[:1]:
            if not when:
                self.undated[name] += 1
                continue
            if len(self.dated[name]) == MARKS:
                self.more[name] += 1
                continue
            year, _, month = when.partition("-")
            self.dated[name].append(
                Dated(
                    handle=entry.handle,
                    document=document,
                    at=int(year) + ((int(month) - 0.5) / 12 if month else 0.5),
                    exact=bool(month),
                    status=record.status,
                    told=f"{record.date} {record.designation} {value_label('accreditation', record.status)}",
                )
            )

    def types(self) -> list[str]:
        """The types that occur, in the guide's order."""
        found = {kind for kind, _ in self.by_time}
        return [name for name in RECORD_TYPES if name in found]

    def bodies(self) -> list[tuple[str, Counter[str]]]:
        """The organizations with most records."""
        return sorted(self.by_body.items(), key=lambda item: (-item[1].total(), item[0]))[:BODIES]

    def accredited(self) -> list[tuple[str, list[Dated]]]:
        """The organizations with most dated accreditations, these in the order of time."""
        most = sorted(self.dated.items(), key=lambda item: (-len(item[1]) - self.more[item[0]], item[0]))[
            :BODIES
        ]
        return [(name, sorted(marks, key=lambda mark: (mark.at, mark.handle))) for name, marks in most]

    def columns(self) -> list[Column]:
        """The stretches of time in which records lie, rising; the last one is that of records without a year."""
        found = sorted({when for _, when in self.by_time} - {""})
        made = [_column(when) for when in found]
        for year in sorted({when[:4] for when in found}):
            if len(made) <= COLUMNS:
                break
            own = [each for each in made if each.when[:4] == year]
            if len(own) > 1:
                made[made.index(own[0]) : made.index(own[-1]) + 1] = [Column(f"{year}*", year, "")]
        if len(made) > COLUMNS:
            last = made[len(made) - COLUMNS].year
            made[: len(made) - COLUMNS + 1] = [Column(f"..{last}", f"≤{last}", "")]
        return made + [Column("none", "", "")] * any(not when for _, when in self.by_time)

    def count(self, kind: str, column: Column) -> int:
        """How many records of a type lie in a stretch of time."""
        return sum(
            count for (name, when), count in self.by_time.items() if name == kind and holds(column.when, when)
        )


def bucket(date: str) -> str:
    """The month of a partial date (``2019-03``), its year where no month is told; nothing where no year is."""
    first = date.partition("/")[0]
    if not first or first.startswith("--"):
        return ""
    return first[:4] if first[4:6] in ("", "-Q") else first[:7]


def holds(when: str, of: str) -> bool:
    """Whether bucket ``of`` lies in ``when``: ``2019-03``, ``2019`` (no month told), ``2019*`` (any), ``..2019``, ``none``."""
    if when == "none":
        return not of
    if when.startswith(".."):
        return bool(of) and of[:4] <= when[2:]
    return of.startswith(when[:-1]) if when.endswith("*") else of == when


def _column(when: str) -> Column:
    year, _, month = when.partition("-")
    return Column(when, year, month or "–")

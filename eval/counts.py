"""Counts, and the figures made of them. Counts add up; figures never do."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Self


@dataclass(frozen=True, slots=True)
class Ratios:
    """Precision, recall and F1; None where there is nothing to divide by."""

    precision: float | None
    recall: float | None
    f1: float | None


def ratios(tp: float, fp: float, fn: float) -> Ratios:
    """The ratios of true positives, false positives and false negatives."""
    return Ratios(_share(tp, tp + fp), _share(tp, tp + fn), _share(2 * tp, 2 * tp + fp + fn))


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


@dataclass(frozen=True, slots=True)
class Sums:
    """Numbers that are added one by one."""

    __match_args__: ClassVar[tuple[str, ...]]

    def __add__(self, other: Self) -> Self:
        return self.total((self, other))

    def row(self) -> tuple[float, ...]:
        """The numbers in the order of the fields."""
        # Not dataclasses.astuple: it copies deeply, and sums over a corpus are made of many thousand rows.
        return tuple(getattr(self, name) for name in self.__match_args__)

    @classmethod
    def total(cls, parts: Iterable[Self]) -> Self:
        """All parts together; zeros where there is none."""
        columns = list(zip(*(part.row() for part in parts), strict=True))
        return cls(*(sum(column) for column in columns)) if columns else cls()


@dataclass(frozen=True, slots=True)
class FieldCounts(Sums):
    """What became of the values of fields.

    In matched records: ``right``, ``wrong`` (one false positive and one false negative), ``missing`` (gold
    only), ``extra`` (predicted only). ``missed``: values of gold records without a partner; ``spurious``: of
    predicted ones. At level
    ``lenient`` a value can be right in part and wrong for the rest.
    """

    right: float = 0.0
    wrong: float = 0.0
    missing: float = 0.0
    extra: float = 0.0
    missed: float = 0.0
    spurious: float = 0.0

    @property
    def tp(self) -> float:
        """True positives."""
        return self.right

    @property
    def fp(self) -> float:
        """False positives: wrong values, extra ones, those of spurious records."""
        return self.wrong + self.extra + self.spurious

    @property
    def fn(self) -> float:
        """False negatives: wrong values, missing ones, those of missed records."""
        return self.wrong + self.missing + self.missed

    @property
    def support(self) -> float:
        """How many values gold has."""
        return self.tp + self.fn

    @property
    def ratios(self) -> Ratios:
        """End to end: missed and spurious records are charged for all their values."""
        return ratios(self.tp, self.fp, self.fn)

    @property
    def matched(self) -> Ratios:
        """In matched records alone."""
        return ratios(self.right, self.wrong + self.extra, self.wrong + self.missing)


@dataclass(frozen=True, slots=True)
class RecordCounts(Sums):
    """How many records there are, how many pairs, and in how many of these all key fields are equal."""

    gold: int = 0
    predicted: int = 0
    pairs: int = 0
    same: int = 0

    @property
    def ratios(self) -> Ratios:
        """A record is right where all key fields are."""
        return ratios(self.same, self.predicted - self.same, self.gold - self.same)


@dataclass(frozen=True, slots=True)
class EvidenceCounts(Sums):
    """How matched records are cited.

    ``both``, ``predicted_only``, ``gold_only``: sentences. ``values_cited``: right values (level ``norm``) in
    records of which a cited sentence is one that gold cites.
    """

    both: int = 0
    predicted_only: int = 0
    gold_only: int = 0
    values_cited: int = 0

    @property
    def ratios(self) -> Ratios:
        """Over the sentences of matched records."""
        return ratios(self.both, self.predicted_only, self.gold_only)


@dataclass(frozen=True, slots=True)
class SupportCounts(Sums):
    """Values looked for in their own evidence (no choices, no booleans), and those not found there.

    ``elsewhere``: a full name or a year that another part of the document gives, as the guide has it;
    ``unsupported``: nothing in the document does.
    """

    values: int = 0
    elsewhere: int = 0
    unsupported: int = 0

    @property
    def elsewhere_share(self) -> float | None:
        """The share that only another part of the document gives."""
        return _share(self.elsewhere, self.values)

    @property
    def share(self) -> float | None:
        """The share that nothing supports."""
        return _share(self.unsupported, self.values)

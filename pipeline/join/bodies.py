"""Names of bodies joined: which keys are one body, by what documents state and what the user's list says.

Two keys become one only where a document states it (a bracket, 简称), where a closed rule of official names says it and the run has
just one body that is meant (``云溪市二院``: 云溪市第二人民医院 or 云溪市第二医院), or where the list has both names. Nothing that is stated
joins bodies of two places, of two kinds, or of two entries of the list.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from pipeline.join import regions
from pipeline.join.identity import Identity
from pipeline.join.regions import Path
from pipeline.records.organizations import suffix_kind

_NUMBERED: Final = re.compile("第?([一二三四五六七八九十]+)院")
_NUMBERED_NAMES: Final = ("第{}人民医院", "第{}医院", "第{}中心医院")
_LIKE: Final = frozenset({"hospital", "research"})
_BRANCH: Final = re.compile("分院|院区|分会|分中心|分部")


@dataclass(frozen=True, slots=True)
class Claim:
    """That a document states ``alias`` as another name of ``name``; ``declared``: a word says so, not a bracket alone."""

    name: Identity
    alias: Identity
    declared: bool


@dataclass(slots=True)
class Bodies:
    """The keys of a run and which of them are one body; ``listed`` maps keys of the user's list to its ids."""

    listed: Mapping[str, frozenset[str]] = field(default_factory=dict)
    _parent: dict[str, str] = field(default_factory=dict)
    _places: dict[str, set[Path]] = field(default_factory=dict)
    _anchors: dict[str, set[str]] = field(default_factory=dict)
    _aliases: set[str] = field(default_factory=set)
    disputed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Keys that several bodies claim, with these bodies' keys."""

    def add(self, one: Identity) -> None:
        """Take a key in."""
        key = one.key
        if key not in self._parent:
            self._parent[key] = key
            self._places[key] = {one.place} if one.place else set()
            anchor = self.listed.get(key, frozenset())
            self._anchors[key] = set(anchor) if len(anchor) == 1 else set()

    def root(self, key: str) -> str:
        """The key that stands for all keys of its body; order of joining does not show in :meth:`chosen`."""
        while self._parent[key] != key:
            self._parent[key] = self._parent[self._parent[key]]
            key = self._parent[key]
        return key

    def join(self, one: str, other: str) -> bool:
        """Make two keys one body, unless their places or the user's list are against it."""
        left, right = sorted((self.root(one), self.root(other)))
        if left == right:
            return True
        if any(regions.apart(here, there) for here in self._places[left] for there in self._places[right]):
            return False
        anchors = self._anchors[left] | self._anchors[right]
        if len(anchors) > 1:
            return False
        self._parent[right] = left
        self._places[left] |= self._places.pop(right)
        self._anchors[left] = anchors
        self._anchors.pop(right)
        return True

    def settle(self, claims: Iterable[Claim]) -> None:
        """Join all keys that are one body: the list's, official short forms, what documents state (claims that fit)."""
        by_id: defaultdict[str, list[str]] = defaultdict(list)
        for key in sorted(self._parent):
            for anchor in self._anchors.get(key, ()):
                by_id[anchor].append(key)
        for keys in by_id.values():
            for key in keys[1:]:
                self._join_listed(keys[0], key)
        self._join_claims(claims)
        self._join_numbered()

    def _join_listed(self, one: str, other: str) -> None:
        """The list goes before what places say."""
        left, right = sorted((self.root(one), self.root(other)))
        if left != right:
            self._parent[right] = left
            self._places[left] |= self._places.pop(right)
            self._anchors[left] |= self._anchors.pop(right)

    def _join_claims(self, claims: Iterable[Claim]) -> None:
        waiting: defaultdict[str, set[str]] = defaultdict(set)
        for claim in claims:
            self.add(claim.name)
            self.add(claim.alias)
            waiting[claim.alias.key].add(claim.name.key)
            self._aliases.add(claim.alias.key)
        joined = True
        while joined:
            joined = False
            for alias in sorted(waiting):
                heads = {self.root(head) for head in waiting[alias]}
                if len(heads) == 1 and self.root(alias) not in heads:
                    joined = self.join(alias, heads.pop()) or joined
        for alias, names in waiting.items():
            heads = {self.root(name) for name in names}
            if len(heads) > 1:
                self.disputed[alias] = tuple(sorted(names))

    def _join_numbered(self) -> None:
        for key in sorted(self._parent):
            place, _, rest = key.partition("|")
            number = _NUMBERED.fullmatch(rest)
            if number and place:
                names = [f"{place}|{form.format(number[1])}" for form in _NUMBERED_NAMES]
            elif rest == "医院" and place.endswith("县"):
                names = [f"{place}|人民医院"]
            else:
                continue
            found = {self.root(name) for name in names if name in self._parent}
            if len(found) == 1:
                self.join(key, found.pop())
            elif found:
                self.disputed[key] = tuple(name for name in names if name in self._parent)

    def chosen(self) -> dict[str, str]:
        """For each key the one that its body's id hangs on: no mere alias, with a place, the longest, then by code point."""
        members: defaultdict[str, list[str]] = defaultdict(list)
        for key in self._parent:
            members[self.root(key)].append(key)
        best = {root: min(keys, key=self._rank) for root, keys in members.items()}
        return {key: best[self.root(key)] for key in self._parent}

    def _rank(self, key: str) -> tuple[bool, bool, int, str]:
        place, _, rest = key.partition("|")
        return key in self._aliases, not place, -len(rest), key

    def anchor(self, key: str) -> str | None:
        """The id in the user's list of the body that a key means."""
        return next(iter(self._anchors[self.root(key)]), None)

    def place(self, key: str) -> Path:
        """The narrowest place that the names of a body print, empty where none does."""
        places: Sequence[Path] = sorted(self._places[self.root(key)], key=lambda path: (-len(path), path))
        return places[0] if places else ()

    def __contains__(self, key: object) -> bool:
        return key in self._parent


def fits(claim: Claim) -> bool:
    """Whether a statement can be of two names of one body: of one kind, and not of a body and its branch."""
    one, other = claim.name.rest, claim.alias.rest
    if claim.name.key == claim.alias.key:
        return False
    if claim.name.place and claim.alias.place and regions.apart(claim.name.place, claim.alias.place):
        return False
    if _BRANCH.search(one) or _BRANCH.search(other):
        return False
    if one.startswith(other) and len(one) - len(other) > 1 and not claim.declared:
        return False
    kinds = suffix_kind(one), suffix_kind(other)
    return claim.declared or other.isascii() or kinds[0] == kinds[1] or set(kinds) <= _LIKE

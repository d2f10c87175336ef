"""The documents of a run taken in one by one, and at its end which entity each of their names means."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, islice
from typing import Any, Final

from pipeline.join.bodies import Bodies, Claim, fits
from pipeline.join.forms import normal
from pipeline.join.identity import OWN, Identity, Setting, identity, is_ordinary
from pipeline.join.listed import Listed
from pipeline.join.namesakes import printed
from pipeline.join.people import Tie, groups, marks
from pipeline.join.regions import Path, apart, divisions, placed, stem_of
from pipeline.join.reprints import clusters
from pipeline.join.store import Store
from pipeline.records.organizations import is_generic, suffix_kind

MOST_CANDIDATES: Final = 20
_OPEN: Final = "@"
_LONG_NAME: Final = 7
"""Characters from which on a name that is stated once in a run is known again without its place."""


@dataclass(slots=True)
class Joiner:
    """Joins the names in the rows of ``store``; ``listed`` is the user's own list."""

    store: Store
    listed: Sequence[Listed] = ()
    reprints: tuple[tuple[str, ...], ...] = ()
    """Documents that are one text, by name."""
    _bodies: Bodies = field(default_factory=Bodies)
    _stems: dict[str, Path] = field(default_factory=dict)
    _told: dict[str, set[str]] = field(default_factory=dict)
    """Keys of the bodies that documents state a long name of, by that name."""

    def join(self) -> None:
        """Fill the tables ``meant`` and ``entity``, and ``open`` with the names that are left open."""
        self.reprints = tuple(clusters(self.store.rows))
        self._stems = _stems(self.store)
        self._bodies = Bodies(listed=self._listed_keys())
        claims = list(self._read())
        self._bodies.settle(claims)
        self._name_bodies()
        self._join_people()

    def _listed_keys(self) -> dict[str, frozenset[str]]:
        found: defaultdict[str, set[str]] = defaultdict(set)
        for one in self.listed:
            place = (
                placed(normal(one.region + "人民医院")).place or placed(normal(one.name), self._stems).place
            )
            setting = Setting.of([(place, 1)] if place else [], None, self._stems)
            for name in one.names:
                key = identity(name, setting, self._stems)
                if not key.open:
                    found[key.key].add(one.id)
        return {key: frozenset(ids) for key, ids in found.items()}

    def _read(self) -> Iterator[Claim]:
        """Take in every name of a body, and yield what documents state of others."""
        scope = {name: each[0] for each in self.reprints for name in each}
        by_string = self._listed_strings()
        rows = self.store.select("SELECT n, name, paper, places FROM document ORDER BY name")
        for n, document, paper, places in rows:
            here = _Here(Setting.of(json.loads(places), paper, self._stems), scope.get(document, document))
            for (name,) in list(
                self.store.select("SELECT name FROM named WHERE n = ? AND kind = 'organization'", n)
            ):
                key, why = self._key(name, here, by_string)
                if why:
                    self._write_open(key, n, name, why)
                self.store.rows.execute("INSERT INTO meant VALUES (?, 'organization', ?, ?)", (n, name, key))
            yield from self._claims(n, here, by_string)

    def _key(self, name: str, here: "_Here", by_string: Mapping[str, Sequence[Listed]]) -> tuple[str, str]:
        """(the key of a name in a document, why it is left open where it is)."""
        found = identity(name, here.setting, self._stems)
        own = _listed_for(name, found, here.setting, by_string)
        if len(own) == 1:
            return f"#{own[0].id}", ""
        if found.open:
            why = "several bodies of the list have this name" if own else found.open
            return f"{_OPEN}{here.text}|{found.rest}", why
        self._bodies.add(found)
        return found.key, ""

    def _listed_strings(self) -> Mapping[str, Sequence[Listed]]:
        found: defaultdict[str, list[Listed]] = defaultdict(list)
        for one in self.listed:
            for name in one.names:
                found[normal(name)].append(one)
        return found

    def _write_open(self, key: str, n: int, name: str, why: str) -> None:
        scope, _, text = key[1:].rpartition("|")
        self.store.rows.execute(
            "INSERT INTO open VALUES (?, ?, ?, ?, ?, ?)",
            (text, scope, n, name, why, _id("organization", f"{text}|{scope}")),
        )

    def _claims(self, n: int, here: "_Here", by_string: Mapping[str, Sequence[Listed]]) -> Iterator[Claim]:
        """What a document states of other names; each statement gets the key of the body that it is about."""
        query = "SELECT rowid, name, alias, how FROM called WHERE n = ?"
        for row, name, alias, how in list(self.store.select(query, n)):
            one, other = (identity(each, here.setting, self._stems) for each in (name, alias))
            claim = Claim(one, other, how == "declared")
            if how != "printed" and not fits(claim):
                continue
            key, _ = self._key(name, here, by_string)
            self.store.rows.execute("UPDATE called SET entity = ? WHERE rowid = ?", (key, row))
            if one.open or how == "printed":
                continue
            if len(other.rest) >= _LONG_NAME and suffix_kind(other.rest) and not is_ordinary(other.rest):
                self._told.setdefault(normal(alias), set()).add(one.key)
            if not other.open:
                yield claim

    def _name_bodies(self) -> None:
        """Write an entity for every body, and say which one each name means."""
        names: defaultdict[str, set[str]] = defaultdict(set)
        query = "SELECT entity, name FROM meant UNION SELECT entity, name FROM called WHERE how != 'printed'"
        for key, name in self.store.select(query):
            names[key].add(name)
        chosen = self._bodies.chosen()
        by_id = {one.id: one for one in self.listed}
        ids: dict[str, str] = {}
        shown: dict[str, tuple[str, str, str]] = {}
        for key in sorted(names):
            told = self._recognized(key) if key.startswith(_OPEN) else None
            meant = told or key
            if meant.startswith("#"):
                ids[key] = meant[1:]
            elif meant.startswith(_OPEN):
                text, scope = meant[1:].rpartition("|")[2], meant[1:].rpartition("|")[0]
                ids[key] = _id("organization", f"{text}|{scope}")
                shown.setdefault(ids[key], (min(names[key]), "", "run"))
            elif anchor := self._bodies.anchor(meant):
                ids[key] = anchor
            else:
                best = chosen[meant]
                ids[key] = _id("organization", best)
                name = min(names.get(best) or names[key], key=lambda each: (-len(each), each))
                held = shown.get(ids[key])
                if held is None or best == key:
                    # A place that only a document settles tells bodies apart; it may not be where the body stands.
                    place = () if best.partition("|")[2].startswith(OWN) else self._bodies.place(best)
                    shown[ids[key]] = (name, "".join(place), "run")
        for one_id in set(ids.values()) - set(shown):
            shown[one_id] = (by_id[one_id].name, by_id[one_id].region, "list")
        self.store.rows.executemany(
            "INSERT INTO entity VALUES (?, 'organization', ?, ?, ?)",
            ((one_id, name, region or None, source) for one_id, (name, region, source) in shown.items()),
        )
        self.store.rows.execute("CREATE TABLE key (key TEXT PRIMARY KEY, id TEXT) WITHOUT ROWID")
        self.store.rows.executemany("INSERT INTO key VALUES (?, ?)", ids.items())
        self._write_disputed(ids)
        for table in ("meant", "called"):
            self.store.rows.execute(
                f"UPDATE {table} SET entity = (SELECT id FROM key WHERE key = {table}.entity)"
            )

    def _recognized(self, key: str) -> str | None:
        """The body that some document states the long name of, under which another leaves its place open."""
        text = key.rpartition("|")[2]
        roots = {self._bodies.root(each) for each in self._told.get(text, ()) if each in self._bodies}
        if len(roots) != 1:
            return None
        self.store.rows.execute("DELETE FROM open WHERE text = ?", (text,))
        return roots.pop()

    def _write_disputed(self, ids: Mapping[str, str]) -> None:
        for key, heads in sorted(self._bodies.disputed.items()):
            if key not in ids:
                continue
            candidates = sorted({ids[head] for head in heads if head in ids})
            for n, name in list(self.store.select("SELECT n, name FROM meant WHERE entity = ?", key)):
                self.store.rows.execute(
                    "INSERT INTO open VALUES (?, ?, ?, ?, ?, ?)",
                    (
                        f"#{key}",
                        json.dumps(candidates),
                        n,
                        name,
                        "several bodies of this run may be called so",
                        ids[key],
                    ),
                )

    def _join_people(self) -> None:
        scope = {name: each[0] for each in self.reprints for name in each}
        rows = self.store.select(
            "SELECT named.name, named.n, d.name FROM named JOIN document d USING (n) "
            "WHERE kind = 'person' ORDER BY named.name, d.name"
        )
        for name, people in groupby(rows, key=lambda row: printed(row[0])):
            self._join_person(
                name, [_Person(n, inner, scope.get(document, document)) for inner, n, document in people]
            )

    def _join_person(self, name: str, people: Sequence["_Person"]) -> None:
        """The persons of one name, from those of each document."""
        found = marks({at: self._ties(one) for at, one in enumerate(people)})
        ids: dict[int, str] = {}
        for mark, numbers in groups(found):
            ids.update(dict.fromkeys(numbers, _id("person", f"{name}|{mark}")))
        by_text = {(people[at].name, people[at].text): one_id for at, one_id in ids.items()}
        for at, one in enumerate(people):
            if at not in ids:
                known = by_text.get((one.name, one.text))
                ids[at] = known or _id("person", f"{one.name}|{one.text}")
                if known is None:
                    self._write_row(
                        name, one.text, one.n, "no body or post tells which person it is", ids[at]
                    )
        rows = self.store.rows
        every = sorted(set(ids.values()))
        rows.executemany(
            "INSERT INTO entity VALUES (?, 'person', ?, NULL, 'run')", ((each, name) for each in every)
        )
        rows.executemany(
            "INSERT INTO meant VALUES (?, 'person', ?, ?)",
            ((one.n, one.name, ids[at]) for at, one in enumerate(people)),
        )
        for each in every if len(every) > 1 else ():
            self._write_row(name, each, None, "", each)  # A candidate for those that are left open.

    def _write_row(self, name: str, scope: str, n: int | None, why: str, one_id: str) -> None:
        self.store.rows.execute(
            "INSERT INTO open VALUES (?, ?, ?, ?, ?, ?)", (f"person|{name}", scope, n, name, why, one_id)
        )

    def _ties(self, one: "_Person") -> list[Tie]:
        query = (
            "SELECT m.entity, p.body, p.unit, p.position FROM post p "
            "LEFT JOIN meant m ON m.n = p.n AND m.kind = 'organization' AND m.name = p.body "
            "WHERE p.n = ? AND p.person = ?"
        )
        return [
            Tie(entity, body or "", unit or "", position or "")
            for entity, body, unit, position in self.store.select(query, one.n, one.name)
        ]

    def ambiguous(self) -> Iterator[dict[str, Any]]:
        """The names that are left open, each with the entities that it may mean, in the order of documents' names."""
        known = self._by_rest()
        query = "SELECT text, n, name, reason, entity, scope FROM open ORDER BY text, name, scope, n"
        for text, group in groupby(self.store.select(query), key=lambda row: str(row[0])):
            rows = list(group)
            others = dict.fromkeys(entity for _, _, _, _, entity, _ in rows)
            for entity in known.get(text, ()):
                others[entity] = None
            if text.startswith("#"):
                others = dict.fromkeys(json.loads(rows[0][5]))
            if not text.startswith(("#", "person|")) and (suffix_kind(text) is None or is_generic(text)):
                continue
            every = sorted(others)
            for _, n, name, reason, entity, _ in rows:
                candidates = list(islice((each for each in every if each != entity), MOST_CANDIDATES))
                if n is not None and candidates:
                    yield {"n": n, "name": name, "reason": reason, "candidates": candidates}

    def _by_rest(self) -> Mapping[str, Sequence[str]]:
        """The entities that a name without its place may mean, by that name."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for key, one_id in self.store.select(
            "SELECT key, id FROM key WHERE key NOT LIKE '@%' AND id IN (SELECT entity FROM meant)"
        ):
            place, _, rest = key.partition("|")
            short = rest.removeprefix(OWN).rpartition("附属")[2]
            for text in {rest.removeprefix(OWN), short}:
                found[text].add(one_id)
                for level in "省市县区" if place else "":
                    found[level + text].add(one_id)
            if place:
                found[place.rpartition("/")[2] + rest].add(one_id)
        return {text: sorted(ids) for text, ids in found.items()}


@dataclass(frozen=True, slots=True)
class _Here:
    """Where a name is read: what its document settles, and the text that the document is, reprints being one."""

    setting: Setting
    text: str


@dataclass(frozen=True, slots=True)
class _Person:
    """A person in one document: its number, the name as it is told apart there, the text that the document is."""

    n: int
    name: str
    text: str


def _stems(store: Store) -> dict[str, Path]:
    """The places of a run that the table does not have, by their names in short."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for (name,) in store.select("SELECT DISTINCT name FROM named WHERE kind = 'organization'"):
        for place in placed(normal(name)).place:
            found[stem_of(place)].add(place)
    for (places,) in store.select("SELECT places FROM document"):
        for place, _ in json.loads(places):
            for each in place:
                found[stem_of(each)].add(each)
    table = divisions()
    return {
        stem: (next(iter(names)),)
        for stem, names in found.items()
        if len(names) == 1 and len(stem) > 1 and stem not in table.short and not names & table.named.keys()
    }


def _listed_for(
    name: str, found: Identity, setting: Setting, by_string: Mapping[str, Sequence[Listed]]
) -> list[Listed]:
    """The bodies of the list that have ``name`` and can be meant where the document speaks from."""
    text = normal(name)
    if is_ordinary(text) or text[:1] in "省市县区":
        return []
    near = found.place or setting.near
    places = {one.id: placed(normal(one.region) + "人民医院").place for one in by_string.get(text, ())}
    return [
        one
        for one in by_string.get(text, ())
        if not (
            near and places[one.id] and apart(places[one.id], near) and not set(places[one.id]) & set(near)
        )
    ]


def _id(kind: str, what: str) -> str:
    """The id of an entity: it hangs on ``what`` alone."""
    return f"{kind}-{hashlib.sha256(f'{kind}|{what}'.encode()).hexdigest()[:12]}"

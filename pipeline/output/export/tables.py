"""The tables of an export: their columns with types, and the keys by which they join.

Every format has the same tables and columns; ``docs/tables.md`` is for who reads them. A column that joins has one
name everywhere: ``document``, ``record``, ``entity``, ``fact``. Columns of the record types come from the schemas.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from schemas import RECORD_TYPES, Comparator, FieldSpec, fields_of

Kind = Literal["text", "integer", "real", "boolean", "date"]
"""What a column holds. A ``date`` is one day of the calendar; all columns but keys may be empty."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column; ``about`` says what it holds where its name does not."""

    name: str
    kind: Kind = "text"
    about: str = ""


@dataclass(frozen=True, slots=True)
class Foreign:
    """Columns that hold the key of a row of another table, or nothing."""

    columns: tuple[str, ...]
    table: str


@dataclass(frozen=True, slots=True)
class Table:
    """One table; ``key`` are the columns that tell its rows apart. Without one it is a view."""

    name: str
    about: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    foreign: tuple[Foreign, ...] = ()


_KINDS: Final[dict[Comparator, Kind]] = {Comparator.NUMBER: "real", Comparator.BOOLEAN: "boolean"}


def table_of(type_name: str) -> str:
    """The table of a record type: its plural, as ``case`` is a word of SQL."""
    return f"{type_name}s"


def _fields(type_name: str) -> Iterator[Column]:
    for spec in fields_of(type_name):
        yield Column(spec.name, _kind(spec), spec.description)
        if spec.comparator is Comparator.DATE:
            yield Column(f"{spec.name}_from", "date", f"first day that {spec.name} can mean")
            yield Column(f"{spec.name}_to", "date", f"last day that {spec.name} can mean")


def _kind(spec: FieldSpec) -> Kind:
    """A list is text, joined for reading; so is a date, which can be a year or an interval."""
    return "text" if spec.many else _KINDS.get(spec.comparator, "text")


def _key(name: str) -> Foreign:
    """A column that is called like the table it points to."""
    return Foreign((name,), {"entity": "entities"}.get(name, f"{name}s"))


_RECORD, _DOCUMENT, _ENTITY, _FACT = _key("record"), _key("document"), _key("entity"), _key("fact")
_START = Column("start_offset", "integer", "code points into documents.text, the first one is 0")
_END = Column("end_offset", "integer", "behind the last code point")
_BOX: Final = (
    Column("x0", "real", "points from the left edge of the page"),
    Column("y0", "real", "points from the top edge"),
    Column("x1", "real"),
    Column("y1", "real"),
)


def _items(name: str, about: str, owner: Foreign) -> Table:
    (key,) = owner.columns
    columns = (Column(key), Column("field"), Column("number", "integer", "1, 2, …"), Column("value"))
    return Table(name, about, columns, (key, "field", "number"), (owner,))


def _record_table(type_name: str) -> Table:
    return Table(
        table_of(type_name),
        f"{RECORD_TYPES[type_name].label}: a row per record",
        (Column("record"), Column("document"), *_fields(type_name)),
        ("record",),
        (_RECORD, _DOCUMENT),
    )


_SOURCES: Final = (
    Table(
        "documents",
        "what was read; offsets of the other tables point into its text",
        (
            *(Column("document"), Column("path"), Column("encoding"), Column("sha256")),
            *(Column("script"), Column("metadata", about="JSON"), Column("text")),
        ),
        ("document",),
    ),
    Table(
        "articles",
        "文章: the article itself, a row per document",
        (Column("document"), *_fields("article")),
        ("document",),
        (_DOCUMENT,),
    ),
    _items("article_items", "lists of articles (authors, photographers, …), item by item", _DOCUMENT),
    Table(
        "pages",
        "pages of documents that have some",
        (
            *(Column("document"), Column("page", "integer")),
            *(Column("width", "real", "points"), Column("height", "real", "points")),
        ),
        ("document", "page"),
        (_DOCUMENT,),
    ),
    Table(
        "page_lines",
        "where each line of the text stands on its page",
        (Column("document"), _START, _END, Column("page", "integer"), *_BOX),
        ("document", "start_offset", "end_offset"),
        (Foreign(("document", "page"), "pages"),),
    ),
)

_RECORDS: Final = (
    Table(
        "records",
        "every record with its type, whose table has the values",
        (
            *(Column("record"), Column("document"), Column("type")),
            Column(
                "reading",
                about="its evidence in one line and in simplified characters, to read and to search",
            ),
        ),
        ("record",),
        (_DOCUMENT,),
    ),
    *map(_record_table, RECORD_TYPES),
    _items("record_items", "lists of records (parties, organizers, clinicians, …), item by item", _RECORD),
    Table(
        "evidence",
        "where it says so: the pieces of text that state a record",
        (
            *(Column("record"), Column("number", "integer", "1, 2, … in reading order"), Column("document")),
            *(_START, _END, Column("text", about="as printed, private numbers masked")),
            Column("page", "integer", "the page on which it begins"),
            *_BOX,
        ),
        ("record", "number"),
        (_RECORD, _DOCUMENT, Foreign(("document", "page"), "pages")),
    ),
    Table(
        "checks",
        "how each value was found: verbatim, derived by rule, resolved from elsewhere in the document",
        (
            *(Column("record"), Column("number", "integer"), Column("field"), Column("status")),
            *(_START, _END),
        ),
        ("record", "number"),
        (_RECORD,),
    ),
    Table(
        "rejected",
        "candidates that are no records, with the reasons",
        (
            *(Column("rejected", "integer"), Column("document"), Column("type")),
            *(Column("field_values", about="JSON"), Column("reasons")),
        ),
        ("rejected",),
        (_DOCUMENT,),
    ),
    Table(
        "rejected_evidence",
        "the sentences that rejected candidates cite",
        (
            *(Column("rejected", "integer"), Column("number", "integer"), _START, _END),
            Column("text"),
        ),
        ("rejected", "number"),
        (Foreign(("rejected",), "rejected"),),
    ),
)

_NAMES: Final = (
    Table(
        "entities",
        "organizations and persons, each one under all its names",
        (
            *(Column("entity"), Column("kind"), Column("name"), Column("region")),
            Column("source", about="list: the user's own; run: the documents of the run"),
        ),
        ("entity",),
    ),
    Table(
        "aliases",
        "other names of an entity, and where it says so",
        (
            *(Column("entity"), Column("number", "integer"), Column("alias")),
            *(Column("document"), _START, _END, Column("text")),
            Column("how", about="how the document states it; printed: the other name only stands there"),
        ),
        ("entity", "number"),
        (_ENTITY, _DOCUMENT),
    ),
    Table(
        "mentions",
        "names of an entity in documents, with the records that use them",
        (
            *(Column("mention", "integer"), Column("entity"), Column("document")),
            *(Column("name"), Column("record")),
        ),
        ("mention",),
        (_ENTITY, _DOCUMENT, _RECORD),
    ),
    Table(
        "record_entities",
        "which entity a name in a field of a record stands for",
        (Column("record"), Column("field"), Column("name"), Column("entity")),
        ("record", "field", "name"),
        (_RECORD, _ENTITY),
    ),
    Table(
        "ambiguous",
        "names that could stand for several entities and were left apart",
        (Column("ambiguous", "integer"), Column("name"), Column("document"), Column("reason")),
        ("ambiguous",),
        (_DOCUMENT,),
    ),
    Table(
        "ambiguous_candidates",
        "the entities that an ambiguous name could stand for",
        (Column("ambiguous", "integer"), Column("entity")),
        ("ambiguous", "entity"),
        (Foreign(("ambiguous",), "ambiguous"), _ENTITY),
    ),
)

_VALUE: Final = ("fact", "field", "number")
_FACTS: Final = (
    Table(
        "facts",
        "a fact is told by one record or by several, of one document or of several",
        (
            *(Column("fact"), Column("type"), Column("field_values", about="JSON")),
            *(Column("records", "integer", "how many"), Column("documents", "integer", "how many")),
            Column(
                "texts", "integer", "how many documents are texts of their own; reprints of one count once"
            ),
        ),
        ("fact",),
    ),
    Table(
        "fact_records",
        "the records that tell a fact",
        (Column("fact"), Column("record")),
        ("fact", "record"),
        (_FACT, _RECORD),
    ),
    Table(
        "fact_documents",
        "the documents that tell a fact",
        (
            *(Column("fact"), Column("document")),
            Column("text_number", "integer", "equal where documents are reprints of one text"),
        ),
        ("fact", "document"),
        (_FACT, _DOCUMENT),
    ),
    Table(
        "conflicts",
        "values of a field on which the sources of a fact differ: listed, not settled",
        (Column("fact"), Column("field"), Column("number", "integer"), Column("value")),
        _VALUE,
        (_FACT,),
    ),
    Table(
        "conflict_records",
        "the records that give such a value",
        (Column("fact"), Column("field"), Column("number", "integer"), Column("record")),
        (*_VALUE, "record"),
        (Foreign(_VALUE, "conflicts"), _RECORD),
    ),
)

_RUN: Final = Table(
    "run",
    "with what these tables were made",
    (
        *(Column("started", about="time with its zone"), Column("seconds", "real"), Column("schema_version")),
        *(Column("profile"), Column("model"), Column("endpoint")),
    ),
    ("started",),
)

TABLES: Final[dict[str, Table]] = {
    table.name: table for table in (_RUN, *_SOURCES, *_RECORDS, *_NAMES, *_FACTS)
}
"""Every table; one stands after those that its keys point to."""

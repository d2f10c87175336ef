"""Answers to the questions that are asked most, as views of the tables; the other formats have them as tables."""

from typing import Final

from pipeline.output.export.tables import TABLES, Column, Table

PASSED: Final = ("passed", "awarded", "renewed")
"""The statuses that say so; ``held`` says only that it is there, not that it was passed."""


def _like(table: str, *names: str) -> tuple[Column, ...]:
    """Columns of a table, by name."""
    columns = {column.name: column for column in TABLES[table].columns}
    return tuple(columns[name] for name in names)


_CLAIM: Final = _like("accreditations", "unit", "designation", "level", "status")
_WHEN: Final = _like("accreditations", "date", "date_from", "date_to", "issuer")
_PLACE: Final = _like("evidence", "document", "start_offset", "end_offset", "page")

_ACCREDITATIONS: Final = Table(
    "accreditations_passed",
    "which hospitals passed which accreditation when, and where it says so (offsets: of the first piece of evidence)",
    (
        *_like("accreditations", "organization"),
        *(Column("entity", about="the organization under all its names"), Column("entity_name")),
        *(*_like("entities", "region"), *_CLAIM, *_WHEN),
        Column("evidence", about="what it says there, in one line and in simplified characters"),
        *(Column("publication"), Column("published"), Column("title"), *_PLACE),
        *(Column("record"), Column("fact")),
    ),
)

_LINES: Final = Table(
    "evidence_lines",
    "evidence line by line on the pages of its document, to be drawn there",
    _like("evidence", "record", "number", "document", "page", "x0", "y0", "x1", "y1"),
)

VIEWS: Final[dict[str, tuple[Table, str]]] = {
    _ACCREDITATIONS.name: (
        _ACCREDITATIONS,
        f"""
SELECT a.organization, n.entity, n.name, n.region,
       a.unit, a.designation, a.level, a.status, a.date, a.date_from, a.date_to, a.issuer,
       t.reading, p.publication, p.date, p.title,
       a.document, e.start_offset, e.end_offset, e.page,
       a.record, f.fact
FROM accreditations AS a
JOIN records AS t ON t.record = a.record
LEFT JOIN evidence AS e ON e.record = a.record AND e.number = 1
LEFT JOIN record_entities AS r ON r.record = a.record AND r.field = 'organization'
LEFT JOIN entities AS n ON n.entity = r.entity
LEFT JOIN articles AS p ON p.document = a.document
LEFT JOIN fact_records AS f ON f.record = a.record
WHERE a.status IN {PASSED}
ORDER BY coalesce(n.name, a.organization), a.date_from IS NULL, a.date_from, a.record""",
    ),
    _LINES.name: (
        _LINES,
        """
SELECT e.record, e.number, e.document, l.page, l.x0, l.y0, l.x1, l.y1
FROM evidence AS e
JOIN page_lines AS l
  ON l.document = e.document AND l.start_offset < e.end_offset AND l.end_offset > e.start_offset
ORDER BY e.rowid, l.start_offset""",
    ),
}
"""Each view with the query behind it."""

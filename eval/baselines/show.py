"""The table: on a terminal, as markdown for a README, as JSON."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from rich import box
from rich.console import Console
from rich.table import Table

from eval.baselines.rows import Row

COLUMNS: Final = (
    "",
    "F1 exact",
    "F1 norm",
    "F1 lenient",
    "precision",
    "recall",
    "record F1",
    "grounded",
    "tokens in",
    "tokens out",
    "seconds",
    "tokens a right record",
    "seconds a right record",
    "failed",
)


def cells(row: Row) -> tuple[str, ...]:
    """A row as it is shown; precision and recall are those of level ``norm``."""
    levels = row.figures["levels"]
    norm = levels["norm"]
    return (
        row.name,
        *(_ratio(levels[name]["f1"]) for name in ("exact", "norm", "lenient")),
        _ratio(norm["precision"]),
        _ratio(norm["recall"]),
        _ratio(row.figures["records"]["f1"]),
        _ratio(row.grounded),
        f"{row.cost.tokens_in:,}",
        f"{row.cost.tokens_out:,}",
        f"{row.cost.seconds:,.0f}",
        _number(row.per_right(row.cost.tokens_in + row.cost.tokens_out)),
        _number(row.per_right(row.cost.seconds)),
        f"{row.failed} of {row.questions}",
    )


def markdown(rows: Sequence[Row]) -> str:
    """The table for a README."""
    lines = [COLUMNS, ("---",) * len(COLUMNS), *(cells(row) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def show(out: Console, rows: Sequence[Row]) -> None:
    """The table on a terminal, and how each row came about."""
    table = Table(box=box.SIMPLE_HEAD)
    for name in COLUMNS:
        table.add_column(name, justify="left" if not name else "right")
    for row in rows:
        table.add_row(*cells(row))
    out.print(table)
    for row in rows:
        left = f", {row.unusable} findings unusable" if row.unusable else ""
        out.print(f"{row.name}: {row.made}; {row.records} records{left}")
    out.print(f"Signature: {rows[0].figures['signature']}")


def values(row: Row) -> Mapping[str, Any]:
    """A row as plain values, every figure of the harness included."""
    return {
        "name": row.name,
        "made": row.made,
        "levels": row.figures["levels"],
        "records": row.figures["records"],
        "grounded": row.grounded,
        "tokens_in": row.cost.tokens_in,
        "tokens_out": row.cost.tokens_out,
        "seconds": round(row.cost.seconds, 1),
        "right_records": row.right,
        "questions": row.questions,
        "failed": row.failed,
        "scored": row.records,
        "unusable": row.unusable,
        "types": row.figures["types"],
        "evidence": row.figures["evidence"],
        "signature": row.figures["signature"],
    }


def _number(value: float | None) -> str:
    return "n/a" if value is None else f"{value:,.0f}"


def _ratio(value: float | None) -> str:
    return "n/a" if value is None else f"{value:.2f}"

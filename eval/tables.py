"""Figures as a person reads them: narrow tables, which fit a terminal and a log."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from eval.changes import Change, Changes
from eval.figures import Figures
from eval.joined import Judged
from eval.layout import Order, Repair
from eval.mistakes import ErrorClass, Mistake, in_words
from eval.stats import Difference

_PLAIN_WIDTH: Final = 200
_LONGEST: Final = 120


def console() -> Console:
    """Standard output; wide where it is no terminal, so that no line is cut."""
    out = Console(highlight=False, markup=False, emoji=False)
    return out if out.is_terminal else Console(highlight=False, markup=False, emoji=False, width=_PLAIN_WIDTH)


def show_figures(out: Console, found: Figures, *, fields: bool = False) -> None:
    """Headline by level, types, evidence, failures; with ``fields`` every field of every type."""
    for table in (_levels(found), _types(found), *([_fields(found)] if fields else [])):
        out.print(table)
        out.print()
    _say(out, _lines(found))


def show_classes(out: Console, found: Sequence[ErrorClass], examples: int) -> None:
    """Classes of error, each with some of its errors."""
    total = sum(one.charge for one in found)
    for one in found:
        share = one.charge / total if total else 0
        _say(out, [f"{one.name}: {len(one.mistakes)}, {one.charge} false values ({share:.0%})"], style="bold")
        for each in one.mistakes[:examples]:
            _say(out, _mistake(each))
        if more := len(one.mistakes) - examples:
            _say(out, [f"  … and {more} more"] if more > 0 else [])


def show_repairs(out: Console, found: Sequence[Repair]) -> None:
    """For each article and all together, before and after repair."""
    table = _table(
        "Reading order", "article", "neighbours", "before", "after", "single pieces", "before", "after"
    )
    whole = Repair("all", Order.total(one.before for one in found), Order.total(one.after for one in found))
    for one in (*found, whole):
        table.add_row(
            one.document,
            str(one.before.neighbours),
            number(one.before.following_share),
            number(one.after.following_share),
            str(one.before.singles),
            number(one.before.contiguous_share),
            number(one.after.contiguous_share),
        )
    out.print(table)


def show_names(out: Console, found: Mapping[str, Mapping[str, Any]], wrong: Sequence[Judged]) -> None:
    """Pairs of names by part, and each pair that was joined or left apart wrongly."""
    table = _table(
        "Pairs of names (synthetic)", "part", "pairs", "same", "joined", "precision", "recall", "F1"
    )
    for part, one in found.items():
        counts = (str(one[name]) for name in ("pairs", "same", "joined"))
        table.add_row(part, *counts, *(number(one[name]) for name in ("precision", "recall", "f1")))
    out.print(table)
    for each in wrong:
        names = f"{each.pair.first['name']} | {each.pair.second['name']}"
        what = "joined, though two" if each.joined else "left apart, though one"
        _say(out, [f"{what}: {names} ({each.pair.why})"])


def show_changes(
    out: Console,
    changes: Changes,
    whole: Difference,
    types: Sequence[tuple[str, Difference, float]],
    listed: int,
) -> None:
    """The verdict, the types, the counts of flips and the flips themselves."""
    _say(out, [f"{whole.verdict}: {whole.why}"], style="bold")
    _say(
        out,
        [
            f"F1 {whole.first:.3f} → {whole.second:.3f} ({whole.change:+.3f}), "
            f"95 % interval {whole.low:+.3f} … {whole.high:+.3f}, p = {whole.p:.3f}",
            f"Gold values: {changes.count('fixed')} fixed, {changes.count('broken')} broken, "
            f"{changes.still_right} right in both, {changes.still_wrong} wrong in both. "
            f"Spurious records: {changes.count('no longer predicted')} gone, "
            f"{changes.count('newly predicted')} new.",
        ],
    )
    out.print()
    table = _table("Types", "type", "F1 A", "F1 B", "change", "p", "p (Holm)", "verdict")
    for name, found, adjusted in types:
        table.add_row(
            name,
            number(found.first),
            number(found.second),
            f"{found.change:+.3f}",
            number(found.p),
            number(adjusted),
            str(found.verdict),
        )
    out.print(table)
    out.print()
    for one in changes.changes[:listed]:
        _say(out, _change(one))
    if len(changes.changes) > listed:
        _say(out, [f"… and {len(changes.changes) - listed} more; --list N shows more, --json all"])


def number(value: float | None) -> str:
    """A figure with three digits; n/a where there is none."""
    return "n/a" if value is None else f"{value:.3f}"


def share(value: float | None) -> str:
    """A share in percent; n/a where there is none."""
    return "n/a" if value is None else f"{value:.1%}"


def shown(value: Any) -> str:
    """A value or a record in one line, cut where it is long."""
    text = in_words(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _levels(found: Figures) -> Table:
    table = _table("All fields of all records", "level", "precision", "recall", "F1", "95 % interval")
    for name, level in found["levels"].items():
        bounds = level.get("interval")
        told = f"{bounds[0]:.3f} … {bounds[1]:.3f}" if bounds else ""
        table.add_row(name, *_three(level), told)
    records = found["records"]
    table.add_row("records (all key fields equal)", *_three(records), "")
    table.add_row("article (apart)", *_three(found["article"]), "")
    return table


def _types(found: Figures) -> Table:
    heads = ("type", "precision", "recall", "F1", "values", "record F1", "gold", "found", "pairs")
    table = _table("Types, level norm: their fields, then their records", *heads)
    for name, one in found["types"].items():
        records = one["records"]
        table.add_row(
            name,
            *_three(one),
            f"{one['tp'] + one['fn']:g}",
            number(records["f1"]),
            *(str(records[column]) for column in ("gold", "predicted", "pairs")),
        )
    return table


def _fields(found: Figures) -> Table:
    heads = ("field", "precision", "recall", "F1", "values", "if paired")
    table = _table("Fields, level norm (* key field); F1 in paired records alone", *heads)
    for kind, one in (*found["types"].items(), ("article", found["article"])):
        for name, each in one["fields"].items():
            matched = number(each["given_a_match"]["f1"])
            star = "*" if each["key"] else ""
            table.add_row(f"{kind}.{name}{star}", *_three(each), f"{each['support']:g}", matched)
    return table


def _lines(found: Figures) -> Iterable[str]:
    yield f"Documents: {found['documents']}; macro F1 over them {number(found['macro_f1'])}"
    gates = ", ".join(f"{number(f1)} at gate {gate}" for gate, f1 in found["gates"].items())
    yield f"Sensitivity to the gate: F1 {gates}"
    evidence = found["evidence"]
    if evidence is None:
        yield "Evidence: not scored, the articles are not at hand"
    else:
        sentences, cited = evidence["sentences"], evidence["values_with_evidence"]
        yield f"Evidence, by sentence in paired records: precision {number(sentences['precision'])}, " + (
            f"recall {number(sentences['recall'])}, F1 {number(sentences['f1'])}"
        )
        yield f"Values with their evidence right: F1 {number(cited['f1'])}"
        yield f"Values that nothing supports: {share(evidence['unsupported'])} " + (
            f"(in gold {share(evidence['unsupported_in_gold'])}); full names and years from elsewhere in the document: "
            f"{share(evidence['elsewhere'])} (in gold {share(evidence['elsewhere_in_gold'])})"
        )
    for name, reason in found["failed"].items():
        yield f"Failed, counted as all missed: {name}: {reason}"
    for name, count in found["questions_failed"].items():
        yield f"{name}: {count} questions failed"
    yield f"Signature: {found['signature']}"


def _mistake(one: Mistake) -> Iterable[str]:
    yield f"  {one.document}: {one.words}"
    if one.sentence:
        yield f"    {shown(one.sentence)}"
    yield f"    gold {shown(one.gold)} | predicted {shown(one.predicted)}"


def _change(one: Change) -> Iterable[str]:
    place = f"{one.type}.{one.field}" if one.field else one.type
    yield f"{one.kind}: {one.document}: {place}: {one.words}"
    if one.sentence:
        yield f"    {shown(one.sentence)}"
    yield f"    gold {shown(one.gold)} | A {shown(one.before)} | B {shown(one.after)}"


def _three(found: Figures) -> tuple[str, str, str]:
    return number(found["precision"]), number(found["recall"]), number(found["f1"])


def _table(title: str, *heads: str) -> Table:
    """A table narrow enough for a terminal of 80 columns."""
    table = Table(
        title=title, title_justify="left", box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0)
    )
    for head in heads:
        words = head in ("article", "level", "type", "field", "verdict", "95 % interval")
        table.add_column(head, justify="left" if words else "right", no_wrap=True)
    return table


def _say(out: Console, lines: Iterable[str], style: str = "") -> None:
    """Print lines as they are: what would steer a terminal is shown, not sent."""
    for line in lines:
        safe = "".join(char if char.isprintable() else f"\\x{ord(char):02x}" for char in line)
        out.print(Text(safe, style=style if out.is_terminal else ""), soft_wrap=not out.is_terminal)

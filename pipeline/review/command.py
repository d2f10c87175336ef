"""``python -m pipeline review``: look over a run, write gold, trade with Label Studio."""

import argparse
import getpass
import sys
from collections.abc import Sequence
from pathlib import Path

from pipeline.errors import UsageError
from pipeline.review import exchange, gold
from pipeline.review.desk import Desk
from pipeline.review.journal import FILE, Decision, Journal, read
from pipeline.review.problems import Refused
from pipeline.review.stored import FinishedRun, load
from schemas import AnyRecord

DESCRIPTION = """A person looks over a finished run in the browser: accepts, corrects, rejects, adds. Every decision is
written to review.jsonl in the run's folder at once. With --out, --label-studio or --from-label-studio no app
starts: gold files or tasks are written from what was decided so far, or decisions taken from annotated tasks."""


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the parser."""
    one = commands.add_parser("review", help="look over a run, write gold", description=DESCRIPTION)
    one.add_argument("run", type=Path, metavar="RUN", help="folder of a finished run")
    one.add_argument(
        "--reviewer", metavar="NAME", help="who decides (default: the login name, else reviewer)"
    )
    one.add_argument("--port", type=int, default=0, metavar="N", help="port on this machine (default: any)")
    one.add_argument("--open", action="store_true", help="open the page in the browser")
    side = one.add_mutually_exclusive_group()
    side.add_argument("--against", type=Path, metavar="RUN2", help="walk what differs from another run")
    side.add_argument(
        "--gold",
        type=Path,
        metavar="DIR",
        help="walk what differs from gold files; what is as they have it counts as decided",
    )
    what = one.add_mutually_exclusive_group()
    what.add_argument("--out", type=Path, metavar="DIR", help="write gold files of what was decided there")
    what.add_argument("--label-studio", type=Path, metavar="FILE", help="write the records as tasks there")
    what.add_argument(
        "--from-label-studio", type=Path, metavar="FILE", help="take over the annotations of tasks"
    )
    one.add_argument(
        "--undecided",
        choices=("refuse", "keep", "drop"),
        default="refuse",
        help="with --out: records that nobody looked at stop their document (default), are kept, or left out",
    )
    one.set_defaults(command=review)


def review(args: argparse.Namespace) -> int:
    """Do what the flags say; returns the exit code."""
    run = load(args.run)
    if args.out:
        return _write_gold(desk_of(run, read(args.run), args), args)
    if args.label_studio:
        config = exchange.write_tasks(desk_of(run, read(args.run), args), args.label_studio)
        print(f"Tasks: {args.label_studio}\nLabelling configuration: {config}")
        return 0
    with Journal(args.run, _reviewer(args.reviewer), run.hash) as journal:
        desk = desk_of(run, journal.decisions, args)
        if args.from_label_studio:
            print(f"Decisions: {exchange.read_tasks(desk, journal, args.from_label_studio)}")
            return 0
        return _serve(desk, journal, args)


def _serve(desk: Desk, journal: Journal, args: argparse.Namespace) -> int:
    try:
        from pipeline.review.server import serve
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing not in ("starlette", "uvicorn"):
            raise
        raise UsageError(
            f"The review needs {missing}, which is not installed.",
            next_step="It comes with the extra review: pip install 'hospital-news-records[review]'.",
        ) from None
    if not desk.run.documents:
        raise UsageError(
            f"{args.run}: no document of this run could be read.", next_step="See failures.jsonl there."
        )
    if foreign := desk.foreign():
        _tell(f"{foreign} decisions in {FILE} are about other results of this folder and are not counted.")
    serve(desk, journal, args.port, opened=args.open)
    _tell(f"Every decision is in {journal.path}.")
    return 0


def _write_gold(desk: Desk, args: argparse.Namespace) -> int:
    written = gold.write(desk, args.out, args.undecided)
    for one in written:
        if one.path:
            print(f"{one.path}: version {one.version}")
        else:
            _tell(
                f"{one.document}: not written, {one.undecided} of its records are undecided. Decide them, or choose "
                "with --undecided keep or drop."
            )
    if not written:
        raise UsageError(
            f"Nothing of {args.run} is decided yet.", next_step=f"python -m pipeline review {args.run} --open"
        )
    return 0 if all(one.path for one in written) else 1


def desk_of(run: FinishedRun, decisions: Sequence[Decision], args: argparse.Namespace) -> Desk:
    """The run with its decisions, and with the other side that the flags name. Raises ``UsageError``."""
    desk = _beside(run, decisions, args)
    for document in run.documents:
        try:
            desk.state(document)
        except Refused as refusal:
            raise UsageError(
                f"{run.path / FILE}: a decision about {document.name} cannot stand: {refusal.problems[0].english}",
                next_step="Mend or remove its line.",
            ) from None
    return desk


def _beside(run: FinishedRun, decisions: Sequence[Decision], args: argparse.Namespace) -> Desk:
    if args.against:
        other = load(args.against)
        texts = {one.name: one.text for one in other.documents}
        records = {one.name: one.records for one in other.documents}
        _same_texts(run, texts, str(args.against))
        return Desk(run, decisions, records)
    if args.gold:
        found = {one.document: one for _, one in gold.golds(args.gold)}
        others: dict[str, tuple[AnyRecord, ...]] = {}
        for document in run.documents:
            if document.name in found:
                if found[document.name].sha256 != document.sha256:
                    raise UsageError(f"{document.name}: the gold in {args.gold} is of another file.")
                if any(
                    end > len(document.text)
                    for one in found[document.name].records
                    for _, end in one.evidence
                ):
                    raise UsageError(
                        f"{document.name}: the gold in {args.gold} has evidence beyond its text."
                    )
                others[document.name] = gold.records_of(found[document.name], document.text)
        if not others:
            raise UsageError(f"{args.gold} has no gold of a document of {args.run}.")
        return Desk(run, decisions, others, {name: found[name] for name in others})
    return Desk(run, decisions)


def _same_texts(run: FinishedRun, texts: dict[str, str], where: str) -> None:
    """Offsets of two runs can be laid beside each other only where both read the same text."""
    for document in run.documents:
        if texts.get(document.name, document.text) != document.text:
            raise UsageError(f"{document.name}: {where} is of another text of that name.")


def _reviewer(name: str | None) -> str:
    who = (_login() if name is None else name).strip()
    if not who:
        raise UsageError("Nobody is named as reviewer.", next_step="Say who decides: --reviewer NAME.")
    return who


def _login() -> str:
    try:
        return getpass.getuser()
    except (
        ImportError,
        KeyError,
        OSError,
    ):  # No such user, as in some containers; no users at all, as on Windows.
        return "reviewer"


def _tell(message: str) -> None:
    sys.stderr.write(message + "\n")

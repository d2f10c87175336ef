"""``python -m eval.baselines``: record what the libraries are answered, and show the table."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from eval import gold
from eval.baselines.exchanges import FOLDER, Exchange
from eval.baselines.libraries import LIBRARIES, articles, record
from eval.baselines.rows import table
from eval.baselines.show import markdown, show, values
from eval.cli import Parser
from eval.errors import EvalError
from eval.tables import console
from pipeline.errors import ModelError, PipelineError
from pipeline.run import SEEDS
from pipeline.shown import Teller

DESCRIPTION = "What LangExtract and instructor alone do with the same model, articles and scorer."


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code. Every error is one message on stderr."""
    args = parser().parse_args(argv)
    try:
        return int(args.command(args))
    except PipelineError as error:
        Teller(fold=False).print(f"error: {error}", markup=False)
        return error.exit_code if isinstance(error, ModelError) else EvalError.exit_code


def parser() -> argparse.ArgumentParser:
    """The parser of both commands."""
    top = Parser(prog="python -m eval.baselines", description=DESCRIPTION)
    add = top.add_subparsers(required=True, metavar="COMMAND", parser_class=Parser).add_parser
    one = add("record", help="ask the embedded model what was not asked yet, and keep its answers")
    one.add_argument("library", choices=list(LIBRARIES))
    one.set_defaults(command=_record)
    two = add("table", help="the libraries and the pipeline side by side, from recorded answers")
    two.add_argument(
        "libraries", nargs="*", metavar="LIBRARY", help=f"of {', '.join(LIBRARIES)}; all unless named"
    )
    two.add_argument(
        "--ours", type=Path, metavar="DIR", help="a run of the pipeline; one is made offline unless named"
    )
    form = two.add_mutually_exclusive_group()
    form.add_argument("--markdown", action="store_true", help="the table for a README")
    form.add_argument("--json", action="store_true", help="everything as JSON on standard output")
    two.set_defaults(command=_table)
    for command in (one, two):
        command.add_argument(
            "--gold", type=Path, default=gold.FOLDER, metavar="DIR", help="folder of gold files"
        )
        command.add_argument(
            "--articles", type=Path, default=SEEDS, metavar="DIR", help="folder of their articles"
        )
        command.add_argument(
            "--answers", type=Path, default=FOLDER, metavar="DIR", help="folder of the recorded answers"
        )
    return top


def _record(args: argparse.Namespace) -> int:
    told = Teller()

    def tell(exchange: Exchange) -> None:
        told.print(
            f"{exchange.completion} tokens in {exchange.seconds:.0f} s, {exchange.finish}", markup=False
        )

    texts = articles(gold.load(args.gold, args.articles))
    found = record(LIBRARIES[args.library], texts, tell, args.answers)
    told.print(f"{found.library}: {found.pieces} pieces of text, {found.failed} without a usable answer")
    return 0


def _named(libraries: Sequence[str]) -> Sequence[str]:
    if unknown := [name for name in libraries if name not in LIBRARIES]:
        raise EvalError(
            f"There is no baseline {unknown[0]!r}.", next_step=f"Name one of {', '.join(LIBRARIES)}."
        )
    return libraries or list(LIBRARIES)


def _table(args: argparse.Namespace) -> int:
    rows = table(gold.load(args.gold, args.articles), args.answers, args.ours, _named(args.libraries))
    if args.json:
        print(json.dumps([values(row) for row in rows], ensure_ascii=False, indent=1))
    elif args.markdown:
        print(markdown(rows))
    else:
        show(console(), rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())

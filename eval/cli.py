"""The command line of ``python -m eval``: one parser, the commands are in ``eval.commands``."""

import argparse
import asyncio
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from eval import baseline, commands, gold, report, runs
from eval.errors import EvalError
from pipeline.cli import INTERRUPTED
from pipeline.errors import ModelError, PipelineError
from pipeline.profiles import PROFILES
from pipeline.shown import Teller
from schemas import RECORD_TYPES

DESCRIPTION = "What is right in a run, what changed between two, and whether that is more than chance."
EPILOG = """exit codes:
  0  done (gate: passed)
  1  run: some documents or questions failed; lint: gold must be mended; gate: worse
  2  gate: inconclusive
  3  could not run: wrong usage, no such run, gold or model
  130  interrupted

RUN is the id of a stored run, its beginning, its folder, or latest."""


class Parser(argparse.ArgumentParser):
    """A parser whose errors end with 3: 2 is a verdict of the gate."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the usage."""
        self.print_usage(sys.stderr)
        self.exit(EvalError.exit_code, f"{self.prog}: error: {message}\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code. Every error is one message on stderr, never a traceback."""
    args = parser().parse_args(argv)
    told = Teller(fold=False)
    try:
        code = int(args.command(args))
        sys.stdout.flush()
        return code
    except PipelineError as error:
        told.print(f"error: {error}", markup=False)
        return EvalError.exit_code if not isinstance(error, ModelError) else error.exit_code
    except (KeyboardInterrupt, asyncio.CancelledError):
        told.print("Interrupted. Finished answers are kept: the same command continues from here.")
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of standard output has gone, as head does.
        with open(os.devnull, "wb") as nowhere:
            os.dup2(nowhere.fileno(), sys.stdout.fileno())
        return EvalError.exit_code


def parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    top = Parser(
        prog="python -m eval",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = top.add_subparsers(required=True, metavar="COMMAND", parser_class=Parser).add_parser
    _run(_command(add("run", help="the pipeline over gold's articles; scored and stored"), commands.run))
    one = _command(add("score", help="records from anywhere against gold"), commands.score)
    one.add_argument(
        "records", type=Path, metavar="RECORDS", help="a run's folder, or a file like records.jsonl"
    )
    _split(one)
    _fields(one)
    one = _command(add("show", help="the figures of a stored run"), commands.show)
    _one_run(one)
    _fields(one)
    one = _command(
        add("errors", help="the largest classes of error, with sentence and reason"), commands.errors
    )
    _one_run(one)
    one.add_argument("--only", metavar="NAME", help="classes whose name holds this: metric.value, spurious")
    one.add_argument("--classes", type=int, default=12, metavar="N", help="most classes (default: 12)")
    one.add_argument("--examples", type=int, default=3, metavar="N", help="most errors of each (default: 3)")
    one = _command(
        add("compare", help="two stored runs: verdict, and every value that changed"), commands.compare
    )
    one.add_argument("first", metavar="A", help="the earlier run")
    one.add_argument("second", metavar="B", help="the later run")
    one.add_argument("--list", type=int, default=20, metavar="N", help="most changes listed (default: 20)")
    one = _command(add("report", help="a stored run as one HTML file"), commands.report)
    _one_run(one)
    one.add_argument("--against", metavar="RUN2", help="an earlier run to compare with")
    one.add_argument(
        "--out", type=Path, default=Path("out"), metavar="DIR", help=f"folder of {report.FILE} (default: out)"
    )
    one = _command(
        add("gate", help="a stored run against the baseline: 0 pass, 1 worse, 2 open"), commands.gate
    )
    _one_run(one)
    _baseline(one)
    one.add_argument(
        "--margin",
        type=float,
        default=baseline.MARGIN,
        help=f"loss of F1 let pass (default: {baseline.MARGIN})",
    )
    one = _command(add("bless", help="make a stored run the baseline"), commands.bless)
    _one_run(one)
    _baseline(one)
    one = _command(add("agree", help="two annotations, the second scored against the first"), commands.agree)
    one.add_argument("first", type=Path, metavar="A", help="a folder of gold files")
    one.add_argument("second", type=Path, metavar="B", help="another one")
    _split(one)
    _fields(one)
    _split(_command(add("layout", help="reading order recovered, without a model"), commands.layout))
    _command(add("names", help="names joined over documents, pair by pair, without a model"), commands.names)
    _command(add("lint", help="whether gold is fit to judge by"), commands.check_gold)
    return top


def _command(
    one: argparse.ArgumentParser, does: Callable[[argparse.Namespace], int]
) -> argparse.ArgumentParser:
    one.description = does.__doc__
    one.set_defaults(command=does)
    one.add_argument("--gold", type=Path, metavar="DIR", help="folder of gold files (the split's)")
    one.add_argument("--articles", type=Path, metavar="DIR", help="folder of their articles")
    one.add_argument("--runs", type=Path, default=runs.FOLDER, metavar="DIR", help="folder of stored runs")
    one.add_argument("--json", action="store_true", help="everything as JSON on standard output")
    return one


def _run(one: argparse.ArgumentParser) -> None:
    _split(one)
    one.add_argument("--profile", choices=sorted(PROFILES), help="how much is asked at once")
    one.add_argument("--model", metavar="NAME", help="model at the endpoint, or a GGUF file")
    one.add_argument("--base-url", metavar="URL", help="an OpenAI-compatible endpoint (OPENAI_BASE_URL)")
    one.add_argument("--types", metavar="A,B", help=f"record types asked for, of: {', '.join(RECORD_TYPES)}")
    one.add_argument("--types-together", type=int, metavar="N", help="record types that share a question")
    one.add_argument("--concurrency", type=int, metavar="N", help="questions in flight")
    one.add_argument("--offline", action="store_true", default=None, help="recorded answers only")
    one.add_argument("--fresh", action="store_true", default=None, help="look up no recorded answer")


def _one_run(one: argparse.ArgumentParser) -> None:
    one.add_argument("run", nargs="?", default=runs.LATEST, metavar="RUN", help="default: latest")


def _split(one: argparse.ArgumentParser) -> None:
    one.add_argument("--split", choices=list(gold.splits()), default=gold.ALL, help="part of the gold")


def _fields(one: argparse.ArgumentParser) -> None:
    one.add_argument("--fields", action="store_true", help="every field of every type, too")


def _baseline(one: argparse.ArgumentParser) -> None:
    one.add_argument(
        "--baseline", type=Path, default=baseline.FILE, metavar="FILE", help="the blessed counts"
    )

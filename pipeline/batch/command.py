"""``python -m pipeline batch submit | status | collect``."""

import argparse
import signal
import sys
from typing import Any

from rich.prompt import Confirm

from pipeline import config
from pipeline.batch import steps
from pipeline.profiles import PROFILES
from pipeline.shown import Teller

_SAME = "The flags that decide what is asked are those of `run`, and the same for all commands about the same articles."


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands; what they do is a coroutine of their exit code."""
    actions = commands.add_parser(
        "batch", help="ask at half price, by the endpoint's batches: submit, status, collect"
    ).add_subparsers(required=True, metavar="ACTION")
    submit = actions.add_parser(
        "submit", help="send every question that has no answer and is not on its way", description=_SAME
    )
    _add_questions(submit)
    submit.add_argument(
        "--budget", metavar="AMOUNT", help="most to use: 5 (US dollars at half price), 2M tokens"
    )
    submit.add_argument("--yes", action="store_true", help="do not ask before anything is paid")
    submit.set_defaults(command=_submit)
    status = actions.add_parser("status", help="a line for each batch: state, answers, cost")
    _add_endpoint(status)
    status.set_defaults(command=_status)
    collect = actions.add_parser(
        "collect",
        help="fetch what has ended and store its answers, so that `run` replays them",
        description=f"{_SAME} Ends with 1 as long as a question has no answer.",
    )
    _add_questions(collect)
    collect.add_argument("--keep", action="store_true", help="leave the files at the endpoint")
    collect.set_defaults(command=_collect)


def _add_questions(command: argparse.ArgumentParser) -> None:
    command.add_argument("paths", nargs="+", metavar="PATH", help="articles, as for `run`")
    command.add_argument("--profile", choices=sorted(PROFILES), help="how much is asked at once")
    _add_endpoint(command)
    command.add_argument("--types", metavar="A,B", help="record types asked for")
    command.add_argument("--limit", type=int, metavar="N", help="most documents")
    command.add_argument("--shard", metavar="I/N", help="part I of N of the documents, as for `run`")


def _add_endpoint(command: argparse.ArgumentParser) -> None:
    command.add_argument("--model", metavar="NAME", help="model at the endpoint")
    command.add_argument("--base-url", metavar="URL", help="an OpenAI-compatible endpoint (OPENAI_BASE_URL)")


def _settings(args: argparse.Namespace) -> config.Settings:
    names = ("profile", "model", "base_url", "types", "limit", "shard", "budget")
    # Ray has no part in this: the questions are few beside what answers them.
    flags: dict[str, Any] = {name: getattr(args, name, None) for name in names}
    return config.load({**flags, "engine": "local"})


async def _submit(args: argparse.Namespace) -> int:
    console = Teller(fold=False)

    def agree() -> bool:
        return args.yes or not (sys.stdin.isatty() and console.is_terminal) or _confirmed(console)

    done = await steps.submit(args.paths, _settings(args), agree=agree, tell=_teller(console))
    return 0 if done else 1


async def _status(args: argparse.Namespace) -> int:
    for line in await steps.status(_settings(args), _teller(Teller(fold=False))):
        print(line)
    return 0


async def _collect(args: argparse.Namespace) -> int:
    tell = _teller(Teller(fold=False))
    done = await steps.collect(args.paths, _settings(args), keep=args.keep, tell=tell)
    return 0 if done else 1


def _confirmed(console: Teller) -> bool:
    # asyncio takes Ctrl-C for itself, and would hear it only after the answer.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return Confirm.ask("Submit?", console=console, default=False)
    except EOFError:
        return False
    finally:
        signal.signal(signal.SIGINT, before)


def _teller(console: Teller) -> steps.Tell:
    return lambda line: console.print(line, markup=False)

"""The command line: ``python -m pipeline run | batch | export | model | probe | schema``."""

import argparse
import asyncio
import contextlib
import gc
import io
import json
import os
import signal
import sys
from collections.abc import Coroutine, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, TypeVar

from pipeline import config
from pipeline.batch import command as batch
from pipeline.errors import CacheError, ModelError, ModelMissing, PipelineError, UsageError
from pipeline.model import adapter, files, install
from pipeline.model.probe import probe
from pipeline.model.progress import rich_progress
from pipeline.output.export import command as exporting
from pipeline.output.folder import writing
from pipeline.output.view import show
from pipeline.profiles import PROFILES
from pipeline.review import command as reviewing
from pipeline.run import SEEDS, opened, run
from pipeline.shown import Teller, shown
from schemas import RECORD_TYPES, SCHEMA_VERSION, Failure, json_schemas, write_json_schemas

INTERRUPTED = 130
_NEW_OBJECTS = 50_000
"""So many are made before Python looks for garbage among them; 700 unless told otherwise."""

T = TypeVar("T")

DESCRIPTION = "Typed records, each tied to the sentences that state it, from Chinese hospital news."
EPILOG = """exit codes:
  0  done
  1  some documents or questions failed; they are named with reasons, the others are complete
  2  wrong usage or settings, or answers cannot be kept: nothing more was asked
  3  no model to ask
  130  interrupted; finished answers are kept, the same command continues

settings: pipeline.toml in this folder < environment < flags. OPENAI_API_KEY and OPENAI_BASE_URL mean
what they mean everywhere; other settings are PIPELINE_… in the environment (PIPELINE_PROFILE=frontier).
PIPELINE_HOME is the folder for model and answers, instead of the user's cache folder."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code. Every error is one message on stderr, never a traceback."""
    _have_streams()
    _speak_unicode()
    args = parser().parse_args(argv)
    console = Teller(fold=False)
    try:
        done = args.command(args)
        code = int(_until_done(done) if isinstance(done, Coroutine) else done)
        sys.stdout.flush()
        return code
    except PipelineError as error:
        console.print(f"error: {error}", markup=False)
        return error.exit_code
    except (KeyboardInterrupt, asyncio.CancelledError):
        console.print("Interrupted. Finished answers are kept: the same command continues from here.")
        return INTERRUPTED
    except OSError as error:
        # The reader of standard output has gone, as head does: that is no error to tell.
        if not isinstance(error, BrokenPipeError):
            console.print(f"error: {error.strerror or error}. Write to another place.", markup=False)
        # Nothing is left to fail once more at the end.
        with open(os.devnull, "wb") as nowhere:
            os.dup2(nowhere.fileno(), sys.stdout.fileno())
        return 1


def _have_streams() -> None:
    """Open to nowhere what was closed before the start: else the first files opened would be taken for the streams."""
    while (handle := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(handle)
    sys.stdin = sys.stdin or open(os.devnull)  # noqa: SIM115
    sys.stdout = sys.stdout or open(os.devnull, "w")  # noqa: SIM115
    sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: SIM115


def _speak_unicode() -> None:
    """Write UTF-8 whatever the terminal's setting: the texts are Chinese, and a path may hold any byte."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    top = argparse.ArgumentParser(
        prog="python -m pipeline",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument(
        "--version", action="version", version=f"pipeline {_version()}, schemas {SCHEMA_VERSION}"
    )
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    _add_run(
        commands.add_parser("run", help="articles in, records out", description="Articles in, records out.")
    )
    _add_model(commands.add_parser("model", help="the embedded model: install, list, path"))
    exporting.add(commands)
    reviewing.add(commands)
    batch.add(commands)
    asking = commands.add_parser("probe", help="what the endpoint enforces of what it is asked")
    _add_endpoint(asking)
    asking.set_defaults(command=_probe)
    schema = commands.add_parser("schema", help="JSON Schemas of the records")
    schema.add_argument(
        "--out", type=Path, metavar="DIR", help="write one file per type there; default: stdout"
    )
    schema.set_defaults(command=_schema)
    return top


def _add_run(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help=".txt, .md, .jsonl, .pdf, .html or .docx files, folders, globs, or - for stdin; default: the bundled articles",
    )
    command.add_argument("--out", metavar="DIR", help="folder of the results (default: out)")
    command.add_argument("--export", metavar="A,B", help=f"tables/ in that folder, in {exporting.LISTED}")
    command.add_argument("--profile", choices=sorted(PROFILES), help="how much is asked at once")
    _add_endpoint(command)
    command.add_argument(
        "--types", metavar="A,B", help=f"record types asked for, of: {', '.join(RECORD_TYPES)}"
    )
    command.add_argument("--types-together", type=int, metavar="N", help="record types that share a question")
    command.add_argument("--concurrency", type=int, metavar="N", help="questions in flight")
    command.add_argument("--rpm", type=int, metavar="N", help="most requests in any minute")
    command.add_argument("--tpm", type=int, metavar="N", help="most tokens in any minute")
    command.add_argument(
        "--budget",
        metavar="AMOUNT",
        help="most to use: 5 (US dollars, by the prices in pipeline.toml), 2M tokens",
    )
    command.add_argument("--limit", type=int, metavar="N", help="most documents of this run")
    command.add_argument(
        "--shard", metavar="I/N", help="part I of N of the documents, by what they say (1/8 … 8/8)"
    )
    command.add_argument(
        "--entities",
        metavar="FILE",
        help="your own list of bodies: CSV with the columns id,name,aliases,region",
    )
    command.add_argument(
        "--engine", choices=("local", "ray"), help="on this machine, or on a Ray cluster (RAY_ADDRESS)"
    )
    command.add_argument(
        "--offline", action="store_true", default=None, help="open no connection: recorded answers only"
    )
    command.add_argument(
        "--fresh", action="store_true", default=None, help="ask the model, look up no recorded answer"
    )
    command.set_defaults(command=_run)


def _add_endpoint(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--model", metavar="NAME", help="model at the endpoint, or a GGUF file for the embedded engine"
    )
    command.add_argument("--base-url", metavar="URL", help="an OpenAI-compatible endpoint (OPENAI_BASE_URL)")


def _add_model(command: argparse.ArgumentParser) -> None:
    actions = command.add_subparsers(required=True, metavar="ACTION")
    one = actions.add_parser("install", help="put the embedded model into the user's cache folder, verified")
    one.add_argument(
        "--from", dest="source", type=Path, metavar="FILE", help="a GGUF file that is already here"
    )
    one.add_argument(
        "--full", action="store_true", help="hash an installed file again, even if it has not changed"
    )
    one.set_defaults(command=_model_install)
    actions.add_parser("list", help="installed models").set_defaults(command=_model_list)
    actions.add_parser("path", help="where the embedded model lies").set_defaults(command=_model_path)


def _run(args: argparse.Namespace) -> int:
    names = (
        "out",
        "profile",
        "model",
        "base_url",
        "types",
        "types_together",
        "concurrency",
        "rpm",
        "tpm",
        "budget",
        "limit",
        "shard",
        "entities",
        "engine",
        "offline",
        "fresh",
    )
    settings = config.load({name: getattr(args, name) for name in names})
    paths = args.paths or _bundled()
    formats = () if args.export is None else exporting.formats_of(args.export)
    console = Teller()
    with shown(console) as progress:
        summary, failures = _until_done(run(paths, settings, progress))
    show(summary, failures, settings.out, console)
    exporting.export_and_show(settings.out, formats, console)
    return exit_code(failures)


def exit_code(failures: Sequence[Failure]) -> int:
    """The exit code of a finished run: 2 where answers could not be kept, 3 without a model, 1 for other failures, else 0."""
    if any(failure.error == CacheError.__name__ for failure in failures):
        return CacheError.exit_code
    kinds: list[type[ModelError]] = [ModelError, *ModelError.__subclasses__()]
    without_model = {kind.__name__ for kind in kinds}
    if any(failure.error in without_model for failure in failures):
        return ModelError.exit_code
    return 1 if failures else 0


def _bundled() -> list[str]:
    if not SEEDS.is_dir():
        raise UsageError(
            "The bundled articles are not part of an installed package.",
            next_step="Name your own: python -m pipeline run PATH",
        )
    return [os.path.relpath(SEEDS)]


def _model_install(args: argparse.Namespace) -> int:
    with rich_progress() as report:
        base = install.install(args.source, report=report, full=args.full)
        model = adapter.adapted(base, report=report, full=args.full)
    adapter.drop_earlier(model)
    print(model.path)
    return 0


def _model_list(args: argparse.Namespace) -> int:
    models = files.installed()
    with contextlib.suppress(ModelMissing):
        models.append(adapter.found())
    for model in models:
        print(f"{model.name}\t{model.sha256}\t{model.path}")
    return 0


def _model_path(args: argparse.Namespace) -> int:
    print(adapter.found().path)
    return 0


def _probe(args: argparse.Namespace) -> int:
    settings = config.load({"model": args.model, "base_url": args.base_url, "fresh": True})

    async def ask() -> list[str]:
        async with opened(settings) as client:
            return await probe(client)

    for line in _until_done(ask()):
        print(line)
    return 0


def _schema(args: argparse.Namespace) -> int:
    if args.out is None:
        print(json.dumps(json_schemas(), ensure_ascii=False, indent=2))
        return 0
    with writing(args.out):
        paths = write_json_schemas(args.out)
    for path in paths:
        print(path)
    return 0


def _until_done(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine; SIGTERM and a closed terminal end it as Ctrl-C does, with everything closed."""

    async def guarded() -> T:
        task = asyncio.current_task()
        assert task is not None
        if sys.platform != "win32":  # There the loop knows no handlers.
            for ending in (signal.SIGTERM, signal.SIGHUP):
                if signal.getsignal(ending) is not signal.SIG_IGN:  # nohup
                    asyncio.get_running_loop().add_signal_handler(ending, task.cancel)
        return await work

    collect_seldom()
    return asyncio.run(guarded())


def collect_seldom() -> None:
    """Let Python look for cycles of garbage less often: a run makes few, and each look goes through all that lives."""
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, 10, 10)


def _version() -> str:
    try:
        return version("hospital-news-records")
    except PackageNotFoundError:
        return "from source"

"""The commands beside ``run``, the help texts, and the commands that the README names."""

import json
import re
import shlex
from pathlib import Path

import pytest

from pipeline.cli import exit_code, parser
from pipeline.profiles import PROFILES
from pipeline.run import REPOSITORY
from schemas import RECORD_TYPES, Failure
from tests.run.answering_server import AnsweringServer
from tests.run.command import CommandLine

README = REPOSITORY / "README.md"
COMMAND = re.compile(r"python -m pipeline((?: [^`\n|]*)?)")


def readme() -> str:
    """The README's text."""
    if not README.is_file():
        pytest.skip("there is no README.md")
    return README.read_text("utf-8")


def console_blocks(text: str) -> list[str]:
    """The blocks of a README that show a console."""
    return re.findall(r"^```console\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)


def shown(text: str) -> list[tuple[str, str]]:
    """Each command in the console blocks with the output printed below it."""
    found = []
    for block in console_blocks(text):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            found.append((command.partition("  #")[0].strip(), output.strip()))
    return found


def test_the_help_in_the_readme_is_the_help(cli: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the README shows what ``--help`` prints, that is what it prints, line breaks aside."""
    monkeypatch.setenv("COLUMNS", "80")
    for command, output in shown(readme()):
        arguments = COMMAND.search(command)
        if output and arguments and command.endswith("--help"):
            assert output.split() == cli(*shlex.split(arguments[1])).out.split()


def test_every_command_in_the_readme_can_be_given(capsys: pytest.CaptureFixture[str]) -> None:
    """Each ``python -m pipeline …`` of the README parses: its flags and actions exist."""
    commands = [match[1] for match in COMMAND.finditer(readme())]
    assert commands
    for command in commands:
        try:
            parser().parse_args(shlex.split(command, comments=True))
        except SystemExit as end:
            assert end.code == 0, command
    capsys.readouterr()


def test_every_make_target_in_the_readme_exists() -> None:
    """What the README says after ``make`` is a target of the Makefile."""
    named = {match[1] for match in re.finditer(r"(?:^\$ |`)make ([a-z]+)", readme(), flags=re.MULTILINE)}
    targets = set(re.findall(r"^([a-z]+):", (REPOSITORY / "Makefile").read_text("utf-8"), flags=re.MULTILINE))
    assert named and named <= targets


@pytest.mark.parametrize(
    "command", ["", "run", "model", "model install", "model list", "model path", "probe", "schema"]
)
def test_every_command_has_its_help(command: str, cli: CommandLine) -> None:
    """``--help`` of each command ends with 0 and says how it is used."""
    ended = cli(*command.split(), "--help")
    assert ended.code == 0
    assert f"python -m pipeline {command}".strip() in ended.out


def test_the_help_of_run_names_what_can_be_chosen(cli: CommandLine) -> None:
    """Profiles and record types stand in the help of ``run``, the exit codes in that of the program."""
    told = cli("run", "--help").out
    assert all(name in told for name in (*PROFILES, *RECORD_TYPES))
    top = cli("--help").out
    assert all(re.search(rf"^ +{code} ", top, flags=re.MULTILINE) for code in (0, 1, 2, 3, 130))


def test_the_version_is_told(cli: CommandLine) -> None:
    """``--version`` names the package's version and that of the schemas."""
    assert re.fullmatch(r"pipeline \S.*, schemas \S+\n", cli("--version").out)


def test_without_a_command_usage_is_told(cli: CommandLine) -> None:
    """No command is wrong usage."""
    ended = cli()
    assert ended.code == 2 and "usage" in ended.err


def test_schemas_are_printed_or_written(workplace: Path, cli: CommandLine) -> None:
    """``schema`` gives JSON Schemas on standard output, or one file per type in a folder."""
    printed = json.loads(cli("schema").out)
    assert set(RECORD_TYPES) <= set(printed)
    ended = cli("schema", "--out", "schemas")
    written = [Path(line) for line in ended.out.splitlines()]
    assert written and all(json.loads(path.read_text("utf-8")) for path in written)
    assert {path.stem for path in written} >= set(RECORD_TYPES)


def test_schemas_are_not_written_where_a_file_stands(workplace: Path, cli: CommandLine) -> None:
    """A folder that cannot be made is one message, and no crash."""
    Path("schemas").write_text("mine", encoding="utf-8")
    ended = cli("schema", "--out", "schemas")
    assert ended.code == 1 and "schemas" in ended.err


def test_a_model_that_is_not_there_is_not_listed(workplace: Path, cli: CommandLine) -> None:
    """``model list`` is empty and ``model path`` says how to install, with exit code 3."""
    assert cli("model", "list").out == ""
    ended = cli("model", "path")
    assert ended.code == 3 and "model install" in ended.err


def test_probe_tells_what_the_endpoint_does(server: AnsweringServer, cli: CommandLine) -> None:
    """One line for each thing tried, on standard output, from an endpoint that answers."""
    ended = cli("probe")
    assert ended.code == 0
    told = ended.out.splitlines()
    assert len(told) == 3 and told[0].startswith("yes")
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    ("errors", "code"),
    [
        ((), 0),
        (("AnswerError",), 1),
        (("DocumentError", "AnswerError"), 1),
        (("AnswerError", "EndpointRefused"), 3),
        (("ModelMissing",), 3),
        (("ModelError",), 3),
    ],
)
def test_the_worst_failure_decides_the_exit_code(errors: tuple[str, ...], code: int) -> None:
    """Without a model 3, with any other failure 1, without one 0."""
    failures = [Failure(document="a", error=error, message="m.") for error in errors]
    assert exit_code(failures) == code

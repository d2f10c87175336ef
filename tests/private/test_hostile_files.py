"""Names and files that mean harm: results stay in their folder, ids stay apart, what cannot be read has its reason."""

import json
import os
import socket
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from pipeline.document import Source, read
from pipeline.errors import DocumentError, UsageError
from tests.run.answering_server import AnsweringServer
from tests.run.command import CommandLine, environment, lines, visible

TEXT = "云岭县中医院启用新楼。"
STEERING = "\x1b]0;harm\x07\x1b[31m\u202e\u200b\x9b"
"""Characters with which a name could steer a terminal or turn a line around."""
MARKS = {char for char in STEERING if not char.isprintable()}
IDS = (
    "../../escaped", "/etc/passwd", "..", ".", "C:\\escaped", "a\0b", "院" * 300, f"x{STEERING}y", "same", "same", "same ",
    "con", "-rf", "$(touch escaped)", "=HYPERLINK(1)", "records.jsonl", "<b>", "\ud800", "a\nb",
)  # fmt: skip


def everything(folder: Path) -> set[Path]:
    """Every path under a folder."""
    return set(folder.rglob("*"))


def test_results_stay_in_their_folder_whatever_documents_are_called(
    server: AnsweringServer, workplace: Path, cli: CommandLine
) -> None:
    """Names with ways out, of 300 characters, with marks or taken twice: one folder of results, one id for each."""
    for folder in ("one", "two"):
        (workplace / folder).mkdir()
        (workplace / folder / "same.txt").write_text(TEXT, "utf-8")
    values = [{"id": name, "text": TEXT, "title": name} for name in IDS]
    (workplace / "one" / "ids.jsonl").write_text("\n".join(map(json.dumps, values)), "utf-8")
    (workplace / "one" / f"{STEERING}.txt").write_text(TEXT, "utf-8")
    before = everything(workplace.parent) | everything(Path("/etc"))
    told = cli("run", "one", "two", "--out", "out")
    made = (everything(workplace.parent) | everything(Path("/etc"))) - before
    homes = {path for path in made if path.relative_to(workplace.parent).parts[0] == "user"}
    assert {path.relative_to(workplace).parts[0] for path in made - homes} == {"out"}
    assert all(path.parent == workplace / "out" for path in made - homes - {workplace / "out"})
    ids = [each["document"] for each in lines(Path("out/articles.jsonl"))]
    assert len(ids) == len(set(ids)) == len(IDS) + 3
    assert all(each.isprintable() and len(each) <= 120 for each in ids)
    assert not MARKS & set(told.err) and told.code == 0


def test_what_a_terminal_is_told_of_a_name_does_not_steer_it(
    server: AnsweringServer, workplace: Path, cli: CommandLine
) -> None:
    """Refused files and wrong paths are named with their marks written out, in messages and in results."""
    (workplace / "folder").mkdir()
    (workplace / "folder" / f"{STEERING}.txt").write_bytes(b"\xff\xff\xff\xff\x80")
    (workplace / "folder" / "good.txt").write_text(TEXT, "utf-8")
    told = [cli("run", "folder", "--out", "out"), cli("run", f"{STEERING}.txt"), cli("run", f"*{STEERING}")]
    assert [each.code for each in told] == [1, 2, 2]
    for each in (*(one.err for one in told), *(text.decode() for text in visible(Path("out")).values())):
        assert not MARKS & set(each)
    assert "\\x1b[31m\\u202e" in told[0].err


@pytest.mark.parametrize("path", ["/dev/zero", "/dev/null", "pipe.txt", "socket.txt", "device.txt"])
def test_what_is_no_file_is_refused_with_its_reason(
    path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Devices, pipes and sockets, also behind a link, are named and not opened: none of them ends."""
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe.txt")
    os.symlink("/dev/zero", "device.txt")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket.txt")
        (found,) = read([path])
    assert isinstance(found, DocumentError) and found.next_step
    assert "pipe or device" in found.message and path in found.message


def test_a_path_with_a_nul_is_wrong_usage() -> None:
    """No file has such a name; the system would cut it there."""
    with pytest.raises(UsageError, match="NUL"):
        read(["articles\0.txt"])


def test_a_file_that_may_not_be_read_is_refused_with_its_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system's own word stands in the message, and the file beside it is read."""
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(TEXT, "utf-8")
    denied = str(tmp_path / "a.txt")
    real = open

    def opened(path: object, *arguments: object, **more: object) -> object:
        if path == denied:
            raise PermissionError(13, "Permission denied")
        return real(path, *arguments, **more)  # type: ignore[call-overload]

    # Root may read everything: the refusal is the system's, its place is ours.
    monkeypatch.setattr("builtins.open", opened)
    first, second = read([str(tmp_path)])
    assert isinstance(first, DocumentError) and "Permission denied" in first.message
    assert isinstance(second, Source)


READING = """
    import resource, sys
    from pipeline.document import prepare, read
    size = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (size + 250_000_000,) * 2)
    for one in read(sys.argv[1:]):
        print(getattr(one, "message", "") or one.document)
"""
HUGE = 1_000_000_000


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="there is no /proc here")
@pytest.mark.parametrize("name", ["huge.txt", "huge.jsonl", "-"])
def test_a_gigabyte_is_refused_in_a_quarter_of_its_memory(name: str, tmp_path: Path) -> None:
    """A file, a line of JSON or a standard input of a gigabyte, in a process that may not hold it; the next line is read."""
    path = tmp_path / ("input" if name == "-" else name)
    with path.open("wb") as file:
        file.truncate(HUGE)
        file.seek(HUGE)
        file.write(b'\n{"id": "next", "text": "' + "医院".encode() + b'"}\n')
    with path.open("rb") as stream:
        process = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(READING), name if name == "-" else str(path)],
            env=environment(),
            stdin=stream,
            capture_output=True,
            text=True,
            check=False,
        )
    assert process.returncode == 0, process.stderr
    first, *rest = process.stdout.splitlines()
    assert "larger than" in first or "longer than" in first
    assert rest == (["next"] if name == "huge.jsonl" else [])

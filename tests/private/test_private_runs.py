"""Whole runs with a key and with private numbers that nobody may see: everything is searched that a run leaves behind."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pipeline.config import cache_folder
from pipeline.document.normalise import fold_width
from pipeline.document.text import INVISIBLE
from tests.batch.batch_server import BatchServer
from tests.chaos import long
from tests.private.planted import BY_CUE, BY_FORM, Planted, documents
from tests.private.ways_out import read_back, taken_out, write_all
from tests.run.answering_server import AnsweringServer, Fault
from tests.run.command import KEY, CommandLine, ended, program


def left(*folders: Path) -> Iterator[tuple[Path, str]]:
    """Every file under some folders: its path, and what is in it."""
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                yield path, read_back(path)


def holding(word: str, *folders: Path) -> list[Path]:
    """The files under some folders that hold a word, in their names or inside."""
    return [path for path, text in left(*folders) if word in text or word in str(path)]


def titles() -> dict[int, str]:
    """The command line and the name of every process, as anybody on the machine can read them."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            found[int(folder.name)] = f"{(folder / 'cmdline').read_bytes()!r} {(folder / 'comm').read_text()}"
        except OSError:  # It has ended.
            continue
    return found


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="there is no /proc here")
def test_a_running_program_shows_its_key_to_nobody(
    server: AnsweringServer, articles: Path, workplace: Path
) -> None:
    """In the middle of its work and at its end the key is in no process title, no file and no message."""
    server.hold_from(3)
    with program("run", str(articles), "--out", "out") as process:
        server.wait_for(3)
        shown = titles()
        assert "pipeline" in shown[process.pid]
        assert not [title for title in shown.values() if KEY in title]
        assert not holding(KEY, workplace.parent)
        server.let_go()
        told = ended(process)
    assert told.code == 0 and set(server.keys) == {f"Bearer {KEY}"}
    assert KEY not in told.out + told.err
    assert len(list(left(workplace.parent))) > 10 and not holding(KEY, workplace.parent)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 429, 500])
def test_an_endpoint_that_says_the_key_again_does_not_give_it_away(
    status: int, server: AnsweringServer, articles: Path, workplace: Path, cli: CommandLine
) -> None:
    """An error with the key in it (many servers quote it) is told without it, in messages and in files."""
    server.fault = lambda number, request: Fault(status, f"Incorrect API key provided: {KEY}. Get one.")
    told = cli("run", str(articles / "a-plain.txt"), "--out", "out")
    assert told.code in (1, 3) and str(status) in told.err
    assert KEY not in told.out + told.err and not holding(KEY, workplace.parent)


def test_other_commands_and_wrong_settings_do_not_tell_the_key(
    server: AnsweringServer, workplace: Path, cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``probe`` says what the endpoint enforces, a wrong setting what is wrong with it; neither has the key."""
    told = [cli("probe"), cli("run", "missing.txt"), cli("run", "--base-url", "nowhere")]
    monkeypatch.setenv("PIPELINE_ATTEMPTS", "many")
    told.append(cli("run", "missing.txt"))
    assert [each.code for each in told[1:]] == [2, 2, 2]
    assert not [each for each in told if KEY in each.out + each.err]


def plain(text: str) -> str:
    """Text in half width, in which no blank, line end or hyphen stands between two digits."""
    return re.sub(rf"(?<=[0-9A-Za-z])[\s{INVISIBLE}-]+(?=[0-9A-Za-z])", "", fold_width(text))


LONG = re.compile("[0-9A-Z]{9,}")
"""Numbers long enough not to stand in a hash or a database by chance."""


def is_long(made: tuple[str, Planted]) -> bool:
    """Whether a planted number is one of them."""
    (part,) = made[1].parts
    return LONG.fullmatch(part) is not None and len(set(part)) > 4


@settings(max_examples=long(2, 150), suppress_health_check=list(HealthCheck))
@given(
    st.lists(documents(BY_FORM).filter(is_long), min_size=3, max_size=3),
    st.lists(documents(BY_CUE).filter(is_long), min_size=3, max_size=3),
)
def test_a_planted_number_is_in_nothing_that_a_run_leaves_behind(
    server: AnsweringServer,
    workplace: Path,
    tmp_path_factory: pytest.TempPathFactory,
    cli: CommandLine,
    by_form: list[tuple[str, Planted]],
    by_cue: list[tuple[str, Planted]],
) -> None:
    """Articles with numbers in text, file name, id and metadata: no question, cache, result, report or message has one."""
    folder = tmp_path_factory.mktemp("planted")
    for at, (text, planted) in enumerate((*by_form, *by_cue)):
        name = planted.parts[0] if at < len(by_form) else "病历"
        (folder / f"{at}号 {name}.txt").write_text(f"云岭县中医院通过国家级胸痛中心验收。\n\n{text}", "utf-8")
    (text, planted), *_ = by_form
    line = {"id": f"患者 {planted.parts[0]}", "text": text, "title": text, "note": {"联系": planted.written}}
    (folder / "lines.jsonl").write_text(json.dumps(line, ensure_ascii=False), "utf-8")
    out = tmp_path_factory.mktemp("out") / "out"
    server.forget()
    told = cli("run", str(folder), "--out", str(out))
    assert told.code in (0, 1) and (out / "report.html").is_file() and server.requests
    everything = [told.out + told.err, *server.questions(), *(text for _, text in left(out, cache_folder()))]
    for _, planted in (*by_form, *by_cue):
        assert not [text for text in everything if planted.parts[0] in plain(text)]


# Without shrinking, which would run all of this many hundred times.
@settings(
    max_examples=long(1, 50), phases=(Phase.reuse, Phase.generate), suppress_health_check=list(HealthCheck)
)
@given(st.tuples(documents(BY_FORM).filter(is_long), documents(BY_CUE).filter(is_long)))
def test_a_planted_number_leaves_by_none_of_the_ways_out(
    server: BatchServer,
    workplace: Path,
    tmp_path_factory: pytest.TempPathFactory,
    cli: CommandLine,
    made: tuple[tuple[str, Planted], tuple[str, Planted]],
) -> None:
    """Pages, Word files and PDF with numbers: no batch, export, gold, task or review's page has one, nor the key."""
    folder = tmp_path_factory.mktemp("planted")
    write_all(folder, made)
    out = tmp_path_factory.mktemp("out") / "out"
    everything = list(taken_out(server, cli, folder, out))
    written = dict(left(out, cache_folder()))
    assert {path.suffix for path in written} >= {".sqlite", ".csv", ".xlsx", ".parquet", ".json", ".html"}
    everything += [*written.values(), *map(str, written)]
    assert len((out / "documents.jsonl").read_text("utf-8").splitlines()) == 2 * 3
    assert not [text for text in everything if KEY in text]
    for _, planted in made:
        assert not [text for text in everything if planted.parts[0] in plain(text)]

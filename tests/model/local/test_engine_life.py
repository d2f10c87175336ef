"""The embedded engine from start to end: what it leaves behind, which is nothing, however it ends."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from processes import children, is_running, until

from pipeline.errors import ModelCorrupt, ModelError, ModelMissing, UsageError
from pipeline.model import local
from pipeline.model.files import ModelFile
from pipeline.model.local import LocalEngine

pytestmark = pytest.mark.asyncio

PARENT = """
import asyncio, sys
from pathlib import Path
from pipeline.model.files import ModelFile
from pipeline.model.local import LocalEngine

async def main():
    async with LocalEngine(ModelFile(Path(sys.argv[1]), "", "tiny")) as engine:
        await engine.start()
        print(engine.pid, flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""

CRAMPED = """
import asyncio, resource, sys
from pathlib import Path
from pipeline.errors import ModelError
from pipeline.model.files import ModelFile
from pipeline.model.local import LocalEngine

async def main():
    resource.setrlimit(resource.RLIMIT_AS, (1 << 28, resource.RLIM_INFINITY))
    try:
        await LocalEngine(ModelFile(Path(sys.argv[1]), "", "tiny")).start()
    except ModelError as error:
        print(error)

asyncio.run(main())
"""


async def test_nothing_starts_before_it_is_needed(tiny: ModelFile) -> None:
    """An engine that was never asked for starts no process, and stopping it is harmless."""
    async with LocalEngine(tiny) as engine:
        assert not engine.alive
        assert not children()
        await engine.stop()


async def test_the_engine_ends_with_its_block(tiny: ModelFile) -> None:
    """Leaving the block ends the process, also when an error leaves it."""
    with pytest.raises(ZeroDivisionError):
        async with LocalEngine(tiny) as engine:
            await engine.start()
            assert engine.pid and engine.alive and is_running(engine.pid)
            raise ZeroDivisionError
    assert not children()
    assert not engine.alive


async def test_tasks_that_start_at_once_share_one_engine(tiny: ModelFile) -> None:
    """Three tasks that need the engine at the same moment get the same address, and one process serves it."""
    async with LocalEngine(tiny) as engine:
        endpoints = await asyncio.gather(engine.start(), engine.start(), engine.start())
        assert len(set(endpoints)) == 1
        assert children() == {engine.pid}


async def test_a_killed_engine_is_noticed_and_started_again(tiny: ModelFile) -> None:
    """When the process is killed in use, the engine is not alive, and start gives a new address that is."""
    async with LocalEngine(tiny) as engine:
        first = await engine.start()
        assert engine.pid
        os.kill(engine.pid, signal.SIGKILL)
        assert await until(lambda: not engine.alive)
        second = await engine.start()
        assert engine.alive
        assert second != first


async def test_many_tasks_that_saw_it_fail_restart_it_once(tiny: ModelFile) -> None:
    """Of several tasks that report the same dead address one restarts the engine; all get the new one."""
    async with LocalEngine(tiny) as engine:
        failed = await engine.start()
        endpoints = await asyncio.gather(*(engine.restart(failed) for _ in range(3)))
        assert len({failed, *endpoints}) == 2
        assert children() == {engine.pid}


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
async def test_no_engine_outlives_its_parent(how: signal.Signals, tiny: ModelFile) -> None:
    """When the process that started the engine is killed, the engine ends."""
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PARENT, str(tiny.path), stdout=asyncio.subprocess.PIPE
    )
    assert parent.stdout
    pid = int(await parent.stdout.readline())
    assert is_running(pid)
    parent.send_signal(how)
    await parent.wait()
    assert await until(lambda: not is_running(pid))


async def test_the_process_ends_when_its_input_does(tiny: ModelFile) -> None:
    """The engine's process serves until its standard input is closed, then exits 0, on every system."""
    settings = {"model": str(tiny.path), "name": "tiny", "key": "k", "in_flight": 1, "context_tokens": 256}
    settings |= {"threads": 1, "cache_tokens": 256, "known": True}
    script = Path(local.__file__).with_name("engine_process.py")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, str(script)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdin and process.stdout
    process.stdin.write(json.dumps(settings).encode() + b"\n")
    assert json.loads(await process.stdout.readline())["address"].startswith("http://127.0.0.1:")
    process.stdin.close()
    assert await asyncio.wait_for(process.wait(), 10) == 0


async def test_the_process_ends_when_nobody_hears_that_it_serves(tiny: ModelFile) -> None:
    """A parent that is gone before the engine listens leaves none that listens for ever."""
    settings = {"model": str(tiny.path), "name": "tiny", "key": "k", "in_flight": 1, "context_tokens": 256}
    settings |= {"threads": 1, "cache_tokens": 256, "known": True}
    script = Path(local.__file__).with_name("engine_process.py")
    reading, writing = os.pipe()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, str(script)), stdin=subprocess.PIPE, stdout=writing, stderr=subprocess.DEVNULL
    )
    os.close(writing)
    os.close(reading)
    assert process.stdin
    process.stdin.write(json.dumps(settings).encode() + b"\n")
    try:
        # Standard input stays open: the address that nobody takes is what ends it.
        assert await asyncio.wait_for(process.wait(), 30) == 1
    finally:
        if process.returncode is None:
            process.kill()


async def test_ctrl_c_in_the_terminal_does_not_reach_the_engine(tiny: ModelFile) -> None:
    """The engine has a session of its own, so that the run decides when it ends."""
    async with LocalEngine(tiny) as engine:
        await engine.start()
        assert engine.pid and os.getsid(engine.pid) == engine.pid


async def test_a_cancelled_start_leaves_no_process(tiny: ModelFile) -> None:
    """Ctrl-C while the engine starts ends what was started."""
    engine = LocalEngine(tiny)
    starting = asyncio.create_task(engine.start())
    assert await until(lambda: bool(children()))
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting
    assert not children()


async def test_an_engine_that_takes_too_long_is_given_up(tiny: ModelFile) -> None:
    """A start that passes its time is a clear error, and the process is ended."""
    with pytest.raises(ModelError, match="did not serve within 0 seconds"):
        await LocalEngine(tiny, start_seconds=0.001).start()
    assert not children()


async def test_a_truncated_model_is_named_as_corrupt(tiny: ModelFile, tmp_path: Path) -> None:
    """A file that the engine cannot load ends in an error with its name and the engine's own reason."""
    half = tmp_path / "half.gguf"
    half.write_bytes(tiny.path.read_bytes()[:60_000])
    with pytest.raises(ModelCorrupt, match=r"half\.gguf: \w+Error") as raised:
        await LocalEngine(ModelFile(half, "", "half")).start()
    assert "model install" in raised.value.next_step
    assert not children()


async def test_too_little_memory_is_said_to_be_that(tiny: ModelFile) -> None:
    """An engine that gets no memory ends in an error that says what to make smaller."""
    # In a program of its own: the limit holds for whoever sets it too, and this one may be larger already.
    ended = subprocess.run(
        [sys.executable, "-c", CRAMPED, str(tiny.path)],
        capture_output=True,
        text=True,
        timeout=100,
        check=True,
    )
    assert "ran out of memory" in ended.stdout and "--concurrency" in ended.stdout


async def test_a_missing_engine_package_says_what_to_install(
    tiny: ModelFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the engine's package the error names the extra that brings it."""
    monkeypatch.setattr(local, "ENGINE", "no_such_engine")
    with pytest.raises(ModelMissing) as raised:
        await LocalEngine(tiny).start()
    assert "pip install '.[local]'" in raised.value.next_step


async def test_a_broken_engine_package_says_what_to_install(
    tiny: ModelFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An engine package that is there and cannot be imported is reported with the reason."""
    (tmp_path / "openvino_genai.py").write_text("raise ImportError('built for another system')\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(ModelMissing, match="built for another system"):
        await LocalEngine(tiny).start()


@pytest.mark.parametrize(
    ("how", "what"),
    [(signal.SIGKILL, "ran out of memory"), (signal.SIGILL, "did not start: it ended with SIGILL")],
    ids=["as when memory runs out", "as on a processor without the instructions"],
)
async def test_an_engine_that_dies_in_starting_says_of_what(
    how: signal.Signals, what: str, tiny: ModelFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that ends without a word is explained by the signal that ended it."""
    (tmp_path / "openvino_genai.py").write_text(f"import os\nos.kill(os.getpid(), {how.value})\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(ModelError, match=what):
        await LocalEngine(tiny).start()
    assert not children()


PORTLESS = """
import socket

def create_server(address):
    raise OSError(98, "Address already in use")

socket.create_server = create_server
"""


async def test_an_engine_without_a_port_is_not_blamed_on_the_model(
    tiny: ModelFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the engine cannot listen the error says that, and not that the model file is bad."""
    (tmp_path / "uvicorn.py").write_text(PORTLESS)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(ModelError, match="no port") as raised:
        await LocalEngine(tiny).start()
    assert not isinstance(raised.value, ModelCorrupt) and not children()


async def test_the_log_holds_the_engines_words_and_not_the_key(tiny: ModelFile, tmp_path: Path) -> None:
    """A failed start is in the log file that was asked for; the key of a start is not."""
    log, half = tmp_path / "logs" / "engine.log", tmp_path / "half.gguf"
    half.write_bytes(tiny.path.read_bytes()[:60_000])
    async with LocalEngine(tiny, log_path=log) as engine:
        key = (await engine.start()).api_key
    with pytest.raises(ModelCorrupt):
        await LocalEngine(ModelFile(half, "", "half"), log_path=log).start()
    assert "Error" in log.read_text()
    assert key not in log.read_text()


async def test_a_log_that_cannot_be_written_is_refused(tiny: ModelFile, tmp_path: Path) -> None:
    """A log path that is a folder is a mistake of the settings."""
    with pytest.raises(UsageError, match="cannot be written"):
        await LocalEngine(tiny, log_path=tmp_path).start()


async def test_settings_without_sense_are_refused(tiny: ModelFile) -> None:
    """An engine needs a question and a token."""
    with pytest.raises(UsageError):
        LocalEngine(tiny, in_flight=0)

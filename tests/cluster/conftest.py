"""A Ray cluster for all tests here, and the command line, an endpoint and articles as tests of whole runs have them."""

import os
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import network_guard
import pytest

from tests.cluster import two_nodes
from tests.run.answering_server import AnsweringServer
from tests.run.command import SAME, CommandLine, Ended, ended, environment, program
from tests.run.conftest import articles, cli, server, workplace
from tests.run.made_up_articles import PLAIN, write

__all__ = ["articles", "cli", "cluster", "on_cluster", "ray_session", "server", "workplace"]

RAY = {
    "RAY_AUTH_MODE": "disabled",
    # The address of a node is the loopback one; Ray would look for one that others can reach.
    "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
    "RAY_USAGE_STATS_ENABLED": "0",
    # Even then it would report, once, that it is not to report.
    "RAY_USAGE_STATS_REPORT_URL": "http://127.0.0.1:9",
    "RAY_BACKEND_LOG_LEVEL": "fatal",
}

CLOUDS = ("169.254.169.254", "metadata.google.internal")
"""Where Ray asks at its start, whatever it is told, whether it runs in a cloud; it takes the refusal for a no."""


RECORDS = SAME
"""Without the ledger, which tells replayed answers from live ones."""
LINES = (*RECORDS, "ledger.jsonl")


@dataclass(frozen=True, slots=True)
class Nodes:
    """A cluster: its address, and the folder of its files."""

    address: str
    folder: Path

    def workers(self) -> list[int]:
        """The processes of this cluster that take documents through the stages."""
        return self._called("ray::MapWorker")

    def other_node(self) -> list[int]:
        """The processes of the node that the command was not given on: that of Ray, and those of its workers."""
        (keeper,) = self._called("ray::Keeper")
        workers = [pid for pid in self.workers() if _parent(pid) != _parent(keeper)]
        return [*{_parent(pid) for pid in workers}, *workers]

    def ended(self, process: subprocess.Popen[str]) -> Ended:
        """Wait for a run's end; what the cluster logged is shown where a test fails."""
        done = ended(process)
        for log in sorted(
            {*self.folder.rglob("*.err"), *self.folder.rglob("*core*.log"), *self.folder.rglob("raylet*.out")}
        ):
            if said := log.read_text("utf-8", "replace").strip():
                print(log.name, said[-2000:], sep="\n")
        return done

    def run(self, *arguments: str) -> Ended:
        """A run to its end. Ray's own code can leave a process at its start, without a word; such a run is begun once more."""
        for _ in range(2):
            with program(*arguments) as process:
                done = self.ended(process)
            if any(not line.startswith("[") for line in done.err.splitlines()):
                break
        return done

    def _called(self, name: str) -> list[int]:
        found = [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]
        return [pid for pid in found if name in _command(pid) and str(self.folder) in _command(_parent(pid))]


def files(out: str, names: tuple[str, ...] = LINES) -> dict[str, bytes]:
    """What two runs share to the last byte."""
    return {name: Path(out, name).read_bytes() for name in names}


def many(folder: Path) -> Path:
    """A dozen articles of which no two ask the same."""
    return write(folder, {f"{number:02}.txt": f"第{number}篇：{PLAIN}" for number in range(12)})


def here(
    cli: CommandLine, server: AnsweringServer, articles: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[int, str]:
    """A run on this machine into ``local``, with a cache of its own; the server counts from the beginning."""
    with monkeypatch.context() as patch:
        patch.setenv("PIPELINE_HOME", "elsewhere")
        done = cli("run", str(articles), "--out", "local")
    server.forget()
    return done.code, done.err


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text("utf-8", "replace")
    except OSError:
        return ""


def _parent(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


@pytest.fixture(scope="module")
def ray_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nodes]:
    """One cluster for the tests of a file: gone with them, as others count the processes that are there."""
    pytest.importorskip("ray", reason="the extra ray is not installed")
    log = tmp_path_factory.mktemp("guard") / "ray.log"
    guard = os.pathsep.join((str(Path(network_guard.__file__).parent), os.environ.get("PYTHONPATH", "")))
    # Not below pytest's own folder: the path of a socket may have a hundred characters.
    with tempfile.TemporaryDirectory(prefix="ray-", ignore_cleanup_errors=True) as folder:
        variables = {"HOME": folder, "PYTHONPATH": guard, network_guard.LOG_VARIABLE: str(log), **RAY}
        with pytest.MonkeyPatch.context() as patch:
            for name, value in variables.items():
                patch.setenv(name, value)
            started = environment(RAY_BACKEND_LOG_LEVEL="warning")
        with subprocess.Popen(
            [sys.executable, two_nodes.__file__, folder],
            env=started,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as program:
            assert program.stdout
            address = program.stdout.readline().strip()
            assert address, "the cluster did not start"
            yield Nodes(address, Path(folder))
            program.communicate(timeout=60)
    refused = log.read_text("utf-8").splitlines() if log.exists() else []
    assert not [line for line in refused if not any(host in line for host in CLOUDS)]


@pytest.fixture
def cluster(ray_session: Nodes, workplace: Path, monkeypatch: pytest.MonkeyPatch) -> Nodes:
    """The cluster, and the settings by which runs find it."""
    for name, value in RAY.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("RAY_ADDRESS", ray_session.address)
    return ray_session


@pytest.fixture
def on_cluster(cluster: Nodes) -> tuple[str, ...]:
    """The flags of a run on the cluster."""
    return ("--out", "out", "--engine", "ray")


@pytest.fixture
def killed_in_mid_run(
    server: AnsweringServer,
    cli: CommandLine,
    cluster: Nodes,
    on_cluster: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[..., None]:
    """A run on the cluster in which processes are killed: it ends with the records of one machine, and asks anew only what was on its way.

    Takes what names the processes, and more flags of the run.
    """

    def kill(victims: Callable[[], list[int]], *flags: str) -> None:
        articles = many(Path("many"))
        here(cli, server, articles, monkeypatch)
        server.hold_from(5)
        with program("run", str(articles), *on_cluster, "--concurrency", "2", *flags) as process:
            # Each of two workers has one question on its way; what it asked before is finished.
            server.wait_for(6, seconds=120)
            for pid in victims():
                os.kill(pid, signal.SIGKILL)
            server.let_go()
            done = cluster.ended(process)
        assert done.code == 0
        assert [count for count in Counter(server.questions()).values() if count > 1] == [2]
        assert files("out", RECORDS) == files("local", RECORDS)

    return kill

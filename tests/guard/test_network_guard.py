"""The network guard: what it lets through and what it stops, here and in programs that a test starts."""

import asyncio
import os
import socket
import subprocess
import sys
from pathlib import Path

import network_guard
import pytest
from network_guard import NetworkForbidden

ELSEWHERE = "192.0.2.1"
"""An address set aside for documentation: nobody's."""


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A log of this test's own, so that what it provokes does not fail it."""
    path = tmp_path / "refused.log"
    monkeypatch.setenv(network_guard.LOG_VARIABLE, str(path))
    return path


def test_a_connection_to_another_machine_is_refused_and_logged(log: Path) -> None:
    """A connection to another machine raises, and the log names the address."""
    with socket.socket() as client, pytest.raises(NetworkForbidden):
        client.connect((ELSEWHERE, 80))
    assert ELSEWHERE in log.read_text()


def test_a_datagram_to_another_machine_is_refused(log: Path) -> None:
    """A datagram needs no connection and is refused all the same."""
    with socket.socket(type=socket.SOCK_DGRAM) as client, pytest.raises(NetworkForbidden):
        client.sendto(b"", (ELSEWHERE, 53))
    assert ELSEWHERE in log.read_text()


def test_the_name_of_another_machine_is_not_even_looked_up(log: Path) -> None:
    """Asking a name server is a way out too."""
    with pytest.raises(NetworkForbidden):
        socket.getaddrinfo("nobody.invalid", 443)
    assert "nobody.invalid" in log.read_text()


async def test_an_asynchronous_connection_is_refused(log: Path) -> None:
    """asyncio connects in its own way, and the guard sees it."""
    with pytest.raises(NetworkForbidden):
        await asyncio.open_connection(ELSEWHERE, 80)
    assert ELSEWHERE in log.read_text()


def test_a_program_that_a_test_starts_is_guarded(log: Path) -> None:
    """A child process is stopped and its attempt is logged where the test looks."""
    code = f"import socket; socket.create_connection(({ELSEWHERE!r}, 80))"
    child = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "NetworkForbidden" in child.stderr
    assert ELSEWHERE in log.read_text()


def test_this_machine_can_be_reached(log: Path) -> None:
    """Loopback addresses and their name are let through, and nothing is logged."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        for host in ("127.0.0.1", "localhost"):
            socket.create_connection((host, server.getsockname()[1])).close()
    assert not log.exists()


@pytest.mark.parametrize("host", [None, "", "localhost", b"localhost", "127.0.0.1", "127.8.8.8", "::1"])
def test_loopback_is_local(host: object) -> None:
    """Every way to write this machine counts as local."""
    assert network_guard.is_local(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "10.0.0.1", ELSEWHERE, "localhost.invalid", "::ffff:192.0.2.1"])
def test_other_addresses_are_not_local(host: object) -> None:
    """Neighbours in a private network are elsewhere too."""
    assert not network_guard.is_local(host)


def test_a_test_runs_without_the_users_settings(tmp_path: Path) -> None:
    """No key or address of the user's reaches the code, and the home is the test's own."""
    assert not [name for name in os.environ if name.startswith(("OPENAI_", "PIPELINE_"))]
    assert Path.home().is_relative_to(tmp_path)

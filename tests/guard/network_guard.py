"""Forbids every way out of this machine: an audit hook that sees what any library does with sockets.

What is forbidden raises, and is also written to a file: much code takes any error of the network for a
network that is down and goes on, and the test would pass all the same.
"""

import ipaddress
import os
import sys
from pathlib import Path
from typing import Any, Final

LOG_VARIABLE: Final = "NETWORK_GUARD_LOG"
"""Environment variable with the path of the file; without it, or with an empty one, nothing is forbidden."""

_CONNECTS: Final = ("socket.connect", "socket.sendto", "socket.sendmsg")
_LOOK_UPS: Final = ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr")


class NetworkForbidden(AssertionError):
    """A test, or a program that it started, tried to leave this machine."""


def install() -> None:
    """Put the guard into this process, for as long as it lives."""
    sys.addaudithook(_hook)


def is_local(host: object) -> bool:
    """Whether a host, as socket functions take it, is this machine: a loopback address or its name."""
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    if name in (None, "", "localhost"):
        return True
    try:
        return ipaddress.ip_address(str(name)).is_loopback
    except ValueError:
        return False


def _hook(event: str, args: tuple[Any, ...]) -> None:
    if event in _CONNECTS:
        # A path (str or bytes) is a socket of the file system; None is one that is connected already.
        host = args[1][0] if isinstance(args[1], tuple) else None
    elif event in _LOOK_UPS:
        host = args[0]
    else:
        return
    log = os.environ.get(LOG_VARIABLE)
    if not log or is_local(host):
        return
    message = f"{event} to {host!r}: tests must not leave this machine"
    with Path(log).open("a", encoding="utf-8") as stream:
        stream.write(message + "\n")
    raise NetworkForbidden(message)

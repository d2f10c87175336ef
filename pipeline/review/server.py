"""Serves the app on a loopback address until it is interrupted."""

import secrets
import socket
import webbrowser
from contextlib import closing, suppress

import uvicorn

from pipeline.errors import UsageError
from pipeline.review.app import app
from pipeline.review.desk import Desk
from pipeline.review.journal import Journal

HOST = "127.0.0.1"


def serve(desk: Desk, journal: Journal, port: int, *, opened: bool) -> None:
    """Print the address, open it in the browser where ``opened``, and answer until Ctrl-C or SIGTERM.

    ``port`` 0 takes any that is free. Raises ``UsageError`` where the port is taken.
    """
    token = secrets.token_urlsafe(24)
    with closing(listening(port)) as listener:
        address = f"http://{HOST}:{listener.getsockname()[1]}/{token}/"
        print(address, flush=True)
        if opened:
            webbrowser.open(address)
        with suppress(KeyboardInterrupt):  # That is how a review ends.
            server(desk, journal, token).run(sockets=[listener])


def server(desk: Desk, journal: Journal, token: str) -> uvicorn.Server:
    """What answers. It keeps no log: addresses hold the token, and messages may hold words of an article."""
    return uvicorn.Server(
        uvicorn.Config(
            app(desk, journal, token),
            log_config=None,
            access_log=False,
            lifespan="off",
            ws="none",
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=1,
        )
    )


def listening(port: int) -> socket.socket:
    """A socket on this machine alone, at ``port``. Raises ``UsageError`` where it is taken."""
    reason = "there is no such port"
    if 0 <= port < 1 << 16:
        try:
            return socket.create_server((HOST, port))
        except OSError as error:
            reason = error.strerror or str(error)
    raise UsageError(f"Port {port} cannot be used: {reason}.", next_step="Leave --port out, or name another.")

"""A run that kills itself at its n-th event: ``python -m tests.run.killed_at N FOLDER run …``.

Events are what the run does to files below FOLDER (open for writing, make, rename, remove) and, inside SQLite,
every step of its machine. Killed at each of them in turn, a run has been killed at every moment that a
file of its own can show. With N = 0 nobody is killed, and the last line of standard error is the number of events.
"""

import os
import signal
import sqlite3
import sys
from typing import Any, Final

_connect: Final = sqlite3.connect
_CHANGING: Final = {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.truncate"}


class Killer:
    """Counts events and ends this process, without a chance to tidy up, at the one asked for."""

    def __init__(self, moment: int, folder: str) -> None:
        self.moment = moment
        self.folder = folder
        self.events = 0

    def count(self) -> int:
        """One more event; 0, so that SQLite goes on."""
        self.events += 1
        if self.events == self.moment:
            os.kill(os.getpid(), signal.SIGKILL)
        return 0

    def watch(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Python's audit hook."""
        changes = event in _CHANGING or (event == "open" and self._writes(arguments))
        if changes and self._is_ours(arguments[0]):
            self.count()

    def connect(self, *arguments: Any, **more: Any) -> sqlite3.Connection:
        """Takes the place of ``sqlite3.connect``."""
        connection: sqlite3.Connection = _connect(*arguments, **more)
        connection.set_progress_handler(self.count, 1)
        return connection

    def _writes(self, arguments: tuple[Any, ...]) -> bool:
        flags = arguments[2] if len(arguments) > 2 else 0
        return isinstance(flags, int) and bool(flags & (os.O_WRONLY | os.O_RDWR))

    def _is_ours(self, path: Any) -> bool:
        return isinstance(path, str | bytes | os.PathLike) and os.path.abspath(os.fsdecode(path)).startswith(
            self.folder
        )


def main() -> int:
    """Run the rest of the command line under the killer."""
    from pipeline.cli import main as run

    killer = Killer(int(sys.argv[1]), sys.argv[2])
    sys.addaudithook(killer.watch)
    sqlite3.connect = killer.connect  # type: ignore[assignment]
    code = run(sys.argv[3:])
    print(killer.events, file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())

"""One at a time: a folder's long work is done by one process, the others wait and find it done."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock

from pipeline.model.progress import Report


@contextmanager
def alone(path: Path, size: int, what: str, report: Report) -> Iterator[None]:
    """Hold the lock at ``path``; ``report`` hears ``what`` is waited for. It is freed when its holder dies, however it dies.

    Raises:
        OSError: the lock cannot be written.
    """
    lock = FileLock(path)
    if not _try(lock):
        report(0, size, what)
        lock.acquire(poll_interval=0.2)
    try:
        yield
    finally:
        lock.release()


def _try(lock: FileLock) -> bool:
    try:
        lock.acquire(blocking=False)
    except TimeoutError:
        return False
    return True

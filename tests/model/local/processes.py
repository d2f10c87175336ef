"""What processes there are, read from /proc, and waiting for one to be gone."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path


def is_running(pid: int) -> bool:
    """Whether a process is there and not just waiting to be collected by its parent."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def children(of: int | None = None) -> set[int]:
    """The running children of this process, or of another one."""
    tasks = Path(f"/proc/{of or os.getpid()}/task").iterdir()
    return {pid for task in tasks for pid in _children_of(task) if is_running(pid)}


def _children_of(task: Path) -> list[int]:
    """What a thread started; nothing when the thread ended after it was listed."""
    try:
        return [int(pid) for pid in (task / "children").read_text().split()]
    except OSError:
        return []


async def until(condition: Callable[[], bool], *, seconds: float = 10) -> bool:
    """Whether a condition came true within the time, asked again every few milliseconds."""
    try:
        async with asyncio.timeout(seconds):
            while not condition():
                await asyncio.sleep(0.005)
    except TimeoutError:
        return False
    return True

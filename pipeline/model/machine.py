"""What of this machine the embedded engine should use: how many threads, and how much memory for prompts and answers."""

import os
import sys
from pathlib import Path
from typing import Final

_TOKEN_KIB: Final = 32
"""Memory for a token in the cache: twice what a model of 1.5 billion parameters takes."""
_PART: Final = 8
"""The part of the memory that is free which the cache may take: the model comes first."""
_MEMORY: Final = Path("/proc/meminfo")


def usable_cores() -> int:
    """Physical cores this process may use, at least 1.

    Two hyper-threads of a core share the units that matrix products keep busy, so the second one only costs.
    A container's share of processor time counts too, since threads beyond it wait for each other.
    """
    cores = physical_cores(os.sched_getaffinity(0)) if sys.platform == "linux" else (os.cpu_count() or 1)
    return max(1, min(cores, container_share(Path("/sys/fs/cgroup/cpu.max"), otherwise=cores)))


def physical_cores(processors: set[int], topology: Path = Path("/sys/devices/system/cpu")) -> int:
    """Cores behind the given processors; where Linux does not tell which are siblings, all of them."""
    siblings = set()
    for processor in processors:
        try:
            siblings.add((topology / f"cpu{processor}" / "topology" / "thread_siblings_list").read_text())
        except OSError:
            return len(processors)
    return len(siblings)


def container_share(limits: Path, *, otherwise: int) -> int:
    """Whole processors that the control group grants, or ``otherwise`` where it sets no limit."""
    try:
        quota, period = limits.read_text().split()
        return otherwise if quota == "max" else int(quota) // int(period)
    except (OSError, ValueError):
        return otherwise


def cache_tokens(wanted: int, memory: Path = _MEMORY) -> int:
    """Tokens for which the cache has room: those wanted, or fewer where little memory is free."""
    try:
        lines = dict(line.split(":", 1) for line in memory.read_text("ascii").splitlines())
        return min(wanted, int(lines["MemAvailable"].split()[0]) // _PART // _TOKEN_KIB)
    except (OSError, KeyError, ValueError):  # Not Linux, or it does not tell.
        return wanted

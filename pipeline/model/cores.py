"""How many threads the embedded engine should use."""

import os
import sys
from pathlib import Path


def usable_cores() -> int:
    """Physical cores this process may use, at least 1.

    Two hyper-threads of a core share the units that matrix products keep busy, so the second one only costs.
    A container's share of processor time counts too, since threads beyond it wait for each other.
    """
    cores = _physical_cores() if sys.platform == "linux" else (os.cpu_count() or 1)
    return max(1, min(cores, _container_share(Path("/sys/fs/cgroup/cpu.max"), cores)))


def _physical_cores(topology: Path = Path("/sys/devices/system/cpu")) -> int:
    allowed = os.sched_getaffinity(0)
    siblings = set()
    for cpu in allowed:
        try:
            siblings.add((topology / f"cpu{cpu}" / "topology" / "thread_siblings_list").read_text())
        except OSError:
            return len(allowed)
    return len(siblings)


def _container_share(limits: Path, otherwise: int) -> int:
    """Whole processors that the control group grants, or ``otherwise`` where it sets no limit."""
    try:
        quota, period = limits.read_text().split()
        return otherwise if quota == "max" else int(quota) // int(period)
    except (OSError, ValueError):
        return otherwise

"""How many threads of this machine the embedded engine should use."""

import os
import sys
from pathlib import Path


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

"""A Ray cluster on this machine, as a program of its own: two nodes of one processor each.

It says its address in a line, and ends when its standard input does.
"""

import importlib
import sys
from typing import Any, Final

ADDRESS: Final = "127.0.0.1"
NODE: Final = {"num_cpus": 1, "node_ip_address": ADDRESS, "object_store_memory": 80 << 20}


def main(folder: str) -> None:
    """Keep the cluster, with its files in ``folder``, until standard input ends."""
    cluster: Any = importlib.import_module("ray.cluster_utils").Cluster()
    cluster.add_node(**NODE, include_dashboard=False, temp_dir=folder)
    cluster.add_node(**NODE)
    print(cluster.address, flush=True)
    sys.stdin.read()
    cluster.shutdown()


if __name__ == "__main__":
    main(sys.argv[1])

"""A run on a Ray cluster that loses a node: after it the cluster has one left, so this file has a cluster of its own."""

from collections.abc import Callable

from tests.cluster.conftest import Nodes


def test_a_lost_node_loses_nothing_and_repeats_no_finished_call(
    cluster: Nodes, killed_in_mid_run: Callable[..., None]
) -> None:
    """Its documents go to the node that is left, which asks anew only what was on its way."""

    def node() -> list[int]:
        lost = cluster.other_node()
        assert len(lost) == 2  # Ray's own process there, and its one worker.
        return lost

    killed_in_mid_run(node)

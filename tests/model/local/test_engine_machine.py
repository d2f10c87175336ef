"""How many threads the engine gets, and how much memory for its cache."""

import os
from pathlib import Path

import pytest

from pipeline.model.machine import cache_tokens, container_share, physical_cores, usable_cores


def test_the_default_is_at_least_one_and_no_more_than_there_are() -> None:
    """Whatever this machine is, the engine gets a sensible number of threads."""
    assert 1 <= usable_cores() <= (os.cpu_count() or 1)


@pytest.mark.parametrize(
    ("limits", "share"),
    [("200000 100000", 2), ("50000 100000", 0), ("max 100000", 8), ("", 8), ("some nonsense", 8)],
    ids=["two processors", "half a processor", "no limit", "an empty file", "a file of another kind"],
)
def test_a_container_gets_its_share(limits: str, share: int, tmp_path: Path) -> None:
    """The control group's quota gives whole processors; where it says nothing the cores stay as they are."""
    (tmp_path / "cpu.max").write_text(limits)
    assert container_share(tmp_path / "cpu.max", otherwise=8) == share
    assert container_share(tmp_path / "nothing", otherwise=8) == 8


def test_two_threads_of_a_core_count_once(tmp_path: Path) -> None:
    """Processors that are siblings in the system's topology are one core."""
    for cpu, siblings in enumerate(["0,2", "1,3", "0,2", "1,3"]):
        folder = tmp_path / f"cpu{cpu}" / "topology"
        folder.mkdir(parents=True)
        (folder / "thread_siblings_list").write_text(siblings + "\n")
    assert physical_cores({0, 1, 2, 3}, tmp_path) == 2
    assert physical_cores({0, 2}, tmp_path) == 1


def test_an_unknown_topology_counts_every_processor(tmp_path: Path) -> None:
    """Where the system tells nothing about siblings each processor counts."""
    assert physical_cores({0, 1, 2}, tmp_path) == 3


@pytest.mark.parametrize(
    ("told", "tokens"),
    [
        ("MemTotal: 33554432 kB\nMemAvailable:   25165824 kB\n", 49_152),
        ("MemTotal: 4194304 kB\nMemAvailable:   2097152 kB\n", 8192),
        ("MemTotal: 4194304 kB\n", 49_152),
        ("nothing", 49_152),
    ],
)
def test_the_cache_takes_a_part_of_the_memory_that_is_free(told: str, tokens: int, tmp_path: Path) -> None:
    """An eighth of it, up to what is wanted; that where the system does not tell."""
    (tmp_path / "meminfo").write_text(told)
    assert cache_tokens(49_152, tmp_path / "meminfo") == tokens
    assert cache_tokens(49_152, tmp_path / "missing") == 49_152

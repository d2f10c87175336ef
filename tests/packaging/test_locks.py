"""The lock files: pinned, hashed, free of addresses, and in step with what pyproject.toml asks for."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
RUN = PROJECT["project"]["dependencies"]
EXTRAS = PROJECT["project"]["optional-dependencies"]
BUILD = PROJECT["build-system"]["requires"]
FUZZ = PROJECT["dependency-groups"]["fuzz"]
DESK = ("pdf", "html", "docx", "export", "review", "eval")
LOCKS = {
    "build": BUILD,
    "fuzz": FUZZ,
    "run": RUN,
    "local": [*RUN, *EXTRAS["local"]],
    "desk": [*RUN, *(each for name in DESK for each in EXTRAS[name])],
    "ray": [*RUN, *EXTRAS["ray"]],
    "train": [*RUN, *EXTRAS["train"]],
    "baselines": [*RUN, *EXTRAS["local"], *EXTRAS["eval"], *EXTRAS["baselines"]],
    "dev": [*RUN, *EXTRAS["local"], *EXTRAS["dev"], *BUILD],
}
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


def entries(lock: str) -> Iterator[tuple[str, list[str]]]:
    """Each requirement of a lock file, without its hashes, and its hashes."""
    text = (ROOT / "locks" / f"{lock}.txt").read_text(encoding="utf-8")
    for line in text.replace("\\\n", " ").splitlines():
        yield HASH.sub("", line).strip(), HASH.findall(line)


def pinned(lock: str) -> dict[str, set[str]]:
    """The versions of each package in a lock file; more than one where Python's version decides."""
    versions: dict[str, set[str]] = {}
    for line, _ in entries(lock):
        requirement = Requirement(line)
        version = str(requirement.specifier).removeprefix("==")
        versions.setdefault(canonicalize_name(requirement.name), set()).add(version)
    return versions


def test_every_lock_is_looked_at() -> None:
    """No lock file lies in the folder that these tests do not know."""
    assert {path.name for path in (ROOT / "locks").iterdir()} == {f"{lock}.txt" for lock in LOCKS}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_line_is_one_version_with_its_hashes(lock: str) -> None:
    """A line is a name, one exact version, at most a condition, and hashes: no option, comment or address."""
    shape = re.compile(r"[a-z0-9][a-z0-9.-]*==[0-9][0-9a-z.]*( ; \(?[a-z_]+ [<>=!]=? '[^'/]*'.*)?")
    for line, hashes in entries(lock):
        assert shape.fullmatch(line), line
        assert hashes, line


@pytest.mark.parametrize("lock", LOCKS)
def test_no_lock_says_where_a_package_comes_from(lock: str) -> None:
    """No address, no path and no host: where packages come from is the user's choice."""
    text = (ROOT / "locks" / f"{lock}.txt").read_text(encoding="utf-8")
    assert not re.search(r"/|@|index|find-links|\.(com|org|net|io|cn)\b", text)


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_has_what_the_project_asks_for(lock: str) -> None:
    """Every dependency is pinned, at a version that its floor and ceiling allow."""
    versions = pinned(lock)
    for line in LOCKS[lock]:
        requirement = Requirement(line)
        found = versions[canonicalize_name(requirement.name)]
        assert all(requirement.specifier.contains(version) for version in found), (line, found)


@pytest.mark.parametrize("lock", ["build", "run", "local", "ray"])
def test_all_locks_agree(lock: str) -> None:
    """What the tests run with is what users get."""
    dev = pinned("dev")
    assert {name: dev[name] for name in pinned(lock)} == pinned(lock)

"""What holds for every test: no network, no cache or key of the user's, no stopwatch on examples; and the long form."""

import os
from collections.abc import Iterator
from pathlib import Path

import network_guard
import pytest
from hypothesis import is_hypothesis_test, settings

from tests import chaos

FOREIGN_VARIABLES = ("OPENAI_", "PIPELINE_", "HF_", "HUGGING")
"""Beginnings of environment variables by which the user's own settings would reach the code."""

FOLDER_VARIABLES = {
    "HOME": "",
    "XDG_CACHE_HOME": ".cache",
    "XDG_CONFIG_HOME": ".config",
    "XDG_DATA_HOME": ".data",
}
"""Where a user's files lie, and their places under the home that a test gets."""

# How long an example takes says how busy the machine is.
# Fewer examples than usual: `make chaos` takes the many.
settings.register_profile("unhurried", parent=settings(), deadline=None, max_examples=50)
settings.register_profile("chaos", parent=settings.get_profile("unhurried"), max_examples=chaos.EXAMPLES)
settings.load_profile("chaos" if chaos.CHAOS else "unhurried")

network_guard.install()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that have a long form: properties, and modules that ask :func:`tests.chaos.long` for it."""
    for item in items:
        asks = getattr(getattr(item, "module", None), "long", None) is chaos.long
        if asks or is_hypothesis_test(getattr(item, "obj", None)):
            item.add_marker("chaos")


def is_live(item: pytest.Item) -> bool:
    """Whether a test asks a real model: then the user's own settings are what it wants."""
    return item.get_closest_marker("live") is not None


@pytest.fixture(autouse=True)
def guarded_network(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """Fail a test that tries to leave this machine, whatever the code made of the refusal."""
    if is_live(request.node):
        yield
        return
    log = tmp_path_factory.getbasetemp() / "network-guard.log"
    log.write_text("", encoding="utf-8")
    # Not the monkeypatch fixture: what the test patched with that one is to be undone before the look below.
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(network_guard.LOG_VARIABLE, str(log))
        patch.setenv("PYTHONPATH", str(Path(network_guard.__file__).parent), prepend=os.pathsep)
        yield
    refused = log.read_text(encoding="utf-8")
    assert not refused, refused


@pytest.fixture(autouse=True)
def own_home(
    guarded_network: None, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Give a test a home of its own and take the user's keys, addresses and folders away."""
    if is_live(request.node):
        return
    for name in tuple(os.environ):
        if name.startswith(FOREIGN_VARIABLES):
            monkeypatch.delenv(name)
    home = tmp_path / "user"
    for name, below in FOLDER_VARIABLES.items():
        monkeypatch.setenv(name, str(home / below))

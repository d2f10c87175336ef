"""What the harness needs beyond what a run needs, and that a run does not need it."""

from packaging.requirements import Requirement

from tests.packaging.test_dependencies import OWN, imported
from tests.packaging.test_locks import EXTRAS, RUN


def names(lines: list[str]) -> set[str]:
    """The packages of some requirements, as they are imported."""
    return {Requirement(line).name.replace("-", "_") for line in lines}


def test_the_extras_hold_what_the_harness_imports_beyond_a_run() -> None:
    """No more and no fewer: whoever installs ``eval`` can start the harness, with ``train`` the training."""
    beyond = imported("eval") - OWN - {"eval"} - names(RUN)
    assert beyond == names(EXTRAS["eval"]) | names(EXTRAS["train"])


def test_the_tests_have_what_the_harness_needs() -> None:
    """The extra ``dev`` asks for the same versions."""
    assert set(EXTRAS["eval"]) <= set(EXTRAS["dev"])

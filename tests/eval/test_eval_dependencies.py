"""What the harness needs beyond what a run needs, and that a run does not need it."""

from packaging.requirements import Requirement

from tests.packaging.test_dependencies import OWN, imported
from tests.packaging.test_locks import EXTRAS, RUN


def names(lines: list[str]) -> set[str]:
    """The packages of some requirements, as they are imported."""
    return {Requirement(line).name.replace("-", "_") for line in lines}


def test_the_extra_holds_what_the_harness_imports_beyond_a_run() -> None:
    """No more and no fewer: whoever installs the extra can start the harness."""
    assert imported("eval") - OWN - {"eval"} - names(RUN) == names(EXTRAS["eval"])


def test_the_tests_have_what_the_harness_needs() -> None:
    """The extra ``dev`` asks for the same versions."""
    assert set(EXTRAS["eval"]) <= set(EXTRAS["dev"])

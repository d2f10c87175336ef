"""The long form of tests: what ``make chaos`` runs and ``make test`` has no time for."""

import os
from typing import Final, TypeVar

T = TypeVar("T")

CHAOS: Final = os.environ.get("PIPELINE_CHAOS") == "1"
"""Whether tests run in their long form. Read once: no test sees the variable."""
EXAMPLES: Final = 2000
"""Examples of a property in its long form, unless its own settings say otherwise."""


def long(short: T, long: T) -> T:
    """One of two values: what a test takes every day, or what it takes under ``make chaos``.

    A module that has this function is among those that ``make chaos`` runs, as are all properties of hypothesis.
    """
    return long if CHAOS else short

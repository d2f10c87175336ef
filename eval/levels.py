"""How strictly values are compared."""

from enum import StrEnum


class Level(StrEnum):
    """``exact``: as written. ``norm``: in canonical form, for decisions. ``lenient``: with part credit."""

    EXACT = "exact"
    NORM = "norm"
    LENIENT = "lenient"

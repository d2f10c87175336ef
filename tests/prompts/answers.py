"""Looking into answers."""

from typing import Any


def strings(value: Any) -> list[str]:
    """Every string among the values of some JSON."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        value = list(value.values())
    return [text for item in value for text in strings(item)] if isinstance(value, list) else []

"""Names that a document itself declares to be one: ``甲市第一医院（以下简称“一院”）``.

Nothing is an alias by likeness. What declares it must stand in the document, and both names must be in
records of it.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

# In canonical text: brackets are ASCII, quotation marks and blanks are gone.
_CALLED: Final = r"(?:以下|下文|下称|统)?(?:简称|又称|又名|也称|亦称|原名|原称|曾用名|别名)(?:为|是|:)?"
_DECLARED: Final = re.compile(
    rf"\((?:{_CALLED}|即|原)?:?([^(),。;]{{2,40}})\)|[,(]?{_CALLED}([^(),。;]{{2,40}})"
)


@dataclass(frozen=True, slots=True)
class Names:
    """For every name with an alias, the one name that stands for all of them; all in canonical form."""

    leading: Mapping[str, str] = field(default_factory=dict)

    def one(self, name: str) -> str:
        """The name that stands for ``name``: itself where the document declares no other."""
        return self.leading.get(name, name)


NO_NAMES: Final = Names()


def declared(text: str, names: Iterable[str]) -> Names:
    """The aliases among ``names`` that ``text`` declares. Both in canonical form.

    Where several names end before a declaration, the longest is meant: not 人民医院 in 甲市人民医院（甲医）.
    """
    known = sorted(set(names), key=lambda name: (-len(name), name))
    leading: dict[str, str] = {}
    for found in _DECLARED.finditer(text):
        before = text[: found.start()]
        full = next((name for name in known if before.endswith(name)), None)
        rest = found[1] or found[2]
        other = next((name for name in known if rest == name or (found[2] and rest.startswith(name))), None)
        if full and other and full != other:
            _join(leading, full, other)
    return Names(leading)


def _join(leading: dict[str, str], full: str, other: str) -> None:
    one, gone = leading.get(full, full), leading.get(other, other)
    members = [name for name, leader in leading.items() if leader == gone]
    leading.update(dict.fromkeys([*members, full, other, gone, one], one))

"""The dependencies that pyproject.toml names: each has a floor, a reason and a use."""

import ast
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.packaging.test_locks import BUILD, EXTRAS, FUZZ, PROJECT, ROOT, RUN

DECLARED = [*RUN, *EXTRAS["local"], *EXTRAS["dev"], *BUILD, *FUZZ]
LOADED_BY_NAME = {"openvino_genai", "gguf", "huggingface_hub", "pyarrow", "xlsxwriter"}
"""What the code imports by a string, since it is optional."""
OWN = {"schemas", "prompts", "pipeline"}


def imported(*folders: str) -> set[str]:
    """The top-level names of all that the code under some folders imports by statement."""
    names: set[str] = set()
    for path in (path for folder in folders for path in Path(ROOT, folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Import):
                names.update(alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module.partition(".")[0])
    return names - sys.stdlib_module_names


@pytest.mark.parametrize("line", DECLARED)
def test_a_dependency_has_a_floor(line: str) -> None:
    """Without a floor pip walks back to releases of years ago."""
    assert any(clause.operator == ">=" for clause in Requirement(line).specifier)


@pytest.mark.parametrize("line", DECLARED)
def test_a_dependency_has_a_reason(line: str) -> None:
    """CONTRIBUTING.md says in a line of its own what each dependency is for."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert f"\n- `{Requirement(line).name}`: " in text


def test_what_the_code_imports_is_declared_and_nothing_else() -> None:
    """The runtime dependencies are those that the code imports itself, no more and no fewer."""
    # The web app is imported where it is asked for.
    declared = {Requirement(line).name.replace("-", "_") for line in (*RUN, *EXTRAS["review"])}
    assert imported(*OWN) - OWN - LOADED_BY_NAME == declared


def test_the_optional_packages_are_those_loaded_by_name() -> None:
    """The extras ``local`` and ``export`` hold what the code does without."""
    optional = {*EXTRAS["local"], *EXTRAS["export"]} - {*EXTRAS["review"]}
    assert {Requirement(line).name.replace("-", "_") for line in optional} == LOADED_BY_NAME


def test_schemas_import_pydantic_alone() -> None:
    """The record library has one dependency."""
    assert imported("schemas") - OWN == {"pydantic"}


def test_the_build_group_is_what_the_build_asks_for() -> None:
    """The lock tool reads the group, pip reads the build system's own list."""
    assert PROJECT["dependency-groups"]["build"] == BUILD

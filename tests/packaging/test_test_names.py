"""The names of the tests themselves."""

import ast
from collections import Counter
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]


def test_no_test_replaces_another() -> None:
    """A second test of the same name in a file or class would silently take the place of the first."""
    twice = []
    for path in TESTS.rglob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Module | ast.ClassDef):
                names = Counter(
                    child.name
                    for child in node.body
                    if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef)
                )
                twice += [f"{path.name}: {name}" for name, count in names.items() if count > 1]
    assert not twice


def test_every_test_says_what_it_shows() -> None:
    """Every test has a docstring that is a sentence, so that a failure says what no longer holds."""
    silent = [
        f"{path.name}: {node.name}"
        for path in TESTS.rglob("test_*.py")
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
        and not (ast.get_docstring(node) or "").endswith(".")
    ]
    assert not silent

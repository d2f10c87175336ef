"""What ``import schemas`` gives, and what it leaves alone."""

import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import schemas

ROOT = Path(schemas.__file__).parents[1]

#: Prints the top-level modules outside the standard library that the import adds to a fresh interpreter.
LOADED = """
import json, sys
before = set(sys.modules)
import schemas
added = {name.partition(".")[0] for name in set(sys.modules) - before}
print(json.dumps(sorted(name for name in added - sys.stdlib_module_names if not name.startswith("_"))))
"""

#: What pydantic itself is made of.
PYDANTIC = {"annotated_types", "pydantic", "pydantic_core", "typing_extensions", "typing_inspection"}


def test_the_library_needs_pydantic_and_nothing_else() -> None:
    """A fresh interpreter that imports the schemas loads pydantic, nothing of pipeline, prompts or eval."""
    found = subprocess.run([sys.executable, "-c", LOADED], cwd=ROOT, capture_output=True, check=True)
    added = set(json.loads(found.stdout))
    assert {"schemas", "pydantic"} <= added
    assert added <= PYDANTIC | {"schemas"}


def test_all_names_what_is_exported() -> None:
    """``__all__`` is every public name of the package, each once, sorted, and each can be imported."""
    public = {
        name
        for name, value in vars(schemas).items()
        if not name.startswith("_") and not isinstance(value, ModuleType)
    }
    assert set(schemas.__all__) == public
    assert len(schemas.__all__) == len(set(schemas.__all__))


def test_every_public_name_is_in_the_overview() -> None:
    """The package's docstring names all that it exports; the record classes go by first and last."""
    overview = schemas.__doc__ or ""
    classes = {model.__name__ for model in schemas.RECORD_TYPES.values()}
    assert [name for name in schemas.__all__ if f"``{name}``" not in overview and name not in classes] == []
    assert "``Appointment`` … ``Notice``" in overview


def test_public_classes_and_functions_are_documented() -> None:
    """Each exported class and function of ours has a docstring of its own."""
    documented = [getattr(schemas, name) for name in schemas.__all__]
    ours = [item for item in documented if getattr(item, "__module__", "").startswith("schemas.")]
    assert len(ours) > 20
    # A class inherits its __doc__, so that only its own namespace tells whether it has one.
    docs = {
        item.__name__: vars(item).get("__doc__") if isinstance(item, type) else item.__doc__ for item in ours
    }
    assert [name for name, doc in docs.items() if not doc] == []

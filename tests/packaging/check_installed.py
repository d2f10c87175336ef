"""Checks an installed wheel from the outside: run by its Python, in a folder where no sources are.

A plain script without pytest, since the environment it looks at has nothing but the package and what that
needs. Prints what it found; ends with an AssertionError when something is missing.
"""

import json
import subprocess
import sys
from importlib import metadata, resources
from pathlib import Path


def main() -> None:
    """Check that the package is whole: library, data files, command line."""
    schemas_alone()
    installed_not_checked_out()
    data_files()
    command_line()


def schemas_alone() -> None:
    """The record library loads, and neither the pipeline nor a model client with it."""
    import schemas

    strangers = {"pipeline", "prompts", "openai", "instructor"} & set(sys.modules)
    assert not strangers, f"import schemas loads {strangers}"
    print(f"schemas {schemas.SCHEMA_VERSION}: {len(schemas.RECORD_TYPES)} record types")


def installed_not_checked_out() -> None:
    """What is imported is the wheel."""
    import pipeline

    assert Path(str(pipeline.__file__)).is_relative_to(sys.prefix), f"{pipeline.__file__} is not installed"
    print(f"hospital-news-records {metadata.version('hospital-news-records')} in {sys.prefix}")


def data_files() -> None:
    """Every prompt can be read and rendered from, every JSON Schema parsed, the types are marked as such."""
    import schemas
    from pipeline.lexicon import phrases
    from pipeline.model.adapter import identity
    from prompts import catalog

    kinds = (*schemas.RECORD_TYPES, "article")
    for kind in kinds:
        json.loads(resources.files("schemas").joinpath("json", f"{kind}.json").read_text(encoding="utf-8"))
        assert catalog.template(kind).examples, f"no examples for {kind}"
    assert catalog.system_message(), "no system message"
    for path in catalog.paths():
        catalog.digest(path)
    assert resources.files("schemas").joinpath("py.typed").is_file()
    assert resources.files("pipeline").joinpath("model", "parts.txt").is_file()
    assert len(identity()) == 64, "no adapter"
    assert "医院" in phrases(), "no sentences of the genre"
    print(f"prompts and JSON Schemas for {len(kinds)} kinds of answer")


def command_line() -> None:
    """The commands that need neither a model nor a document work."""
    for arguments in (["--help"], ["run", "--help"], ["schema"], ["model", "--help"]):
        answer = subprocess.run(
            [sys.executable, "-m", "pipeline", *arguments], capture_output=True, text=True, check=False
        )
        assert answer.returncode == 0 and answer.stdout, f"{arguments}: {answer.stderr}"
    print("python -m pipeline answers")


if __name__ == "__main__":
    main()

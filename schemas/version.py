"""The version of the record schemas, written into every exported schema and every ``run.json``."""

from typing import Final

#: ``major.minor``: a field added is a new minor version, a field renamed or removed a new major one.
SCHEMA_VERSION: Final = "1.1"

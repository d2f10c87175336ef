"""Whole runs, as tests/run has them, and an endpoint that takes batches, too."""

from tests.batch.conftest import server
from tests.run.conftest import articles, cli, workplace

__all__ = ["articles", "cli", "server", "workplace"]

"""Whole runs, as tests/run has them."""

from tests.run.conftest import articles, cli, server, workplace

__all__ = ["articles", "cli", "server", "workplace"]

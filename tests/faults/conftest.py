"""The command line, an endpoint and articles, as tests of whole runs have them."""

from tests.run.conftest import articles, cli, server, workplace

__all__ = ["articles", "cli", "server", "workplace"]

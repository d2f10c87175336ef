"""Where a model answers."""

from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

_SHORTEST_SECRET: Final = 8


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An OpenAI-compatible address, the key that opens it, and the model asked there."""

    base_url: str = field(repr=False)
    api_key: str = field(repr=False)
    model_name: str

    @property
    def is_local(self) -> bool:
        """Whether the address is on this machine, where the environment's proxies must not be used."""
        return urlsplit(self.base_url).hostname in ("127.0.0.1", "localhost", "::1")

    @property
    def shown(self) -> str:
        """The address as it may be shown: without a user, a password or a query, which may be secrets too."""
        parts = urlsplit(self.base_url)
        return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()

    def without_key(self, text: str) -> str:
        """``text`` with asterisks where the key stands in it: some servers repeat the key they refuse."""
        key = self.api_key.strip()
        return text.replace(key, "***") if len(key) >= _SHORTEST_SECRET else text

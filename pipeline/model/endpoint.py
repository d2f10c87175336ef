"""Where a model answers."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An OpenAI-compatible address, the key that opens it, and the model asked there."""

    base_url: str
    api_key: str = field(repr=False)
    model_name: str

    @property
    def is_local(self) -> bool:
        """Whether the address is on this machine, where the environment's proxies must not be used."""
        return urlsplit(self.base_url).hostname in ("127.0.0.1", "localhost", "::1")

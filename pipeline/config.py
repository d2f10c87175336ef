"""Settings: ``pipeline.toml`` in the working directory < environment < flags.

``OPENAI_API_KEY`` and ``OPENAI_BASE_URL`` mean what they mean everywhere; every setting is also ``PIPELINE_…`` in the
environment. An endpoint is asked where an address is given, or a key and a model; otherwise the embedded model is, so that a
key that happens to be in the shell sends no article away.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import platformdirs
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from pipeline.errors import UsageError
from pipeline.model.budget import Limit, Prices
from pipeline.model.endpoint import Endpoint
from pipeline.model.files import ADAPTED_NAME, HOME_VARIABLE
from pipeline.profiles import PROFILES, Profile
from pipeline.shard import Shard
from schemas import RECORD_TYPES

CONFIG_FILE = "pipeline.toml"
OPENAI_URL = "https://api.openai.com/v1"
OPENAI_VARIABLES = {"base_url": "OPENAI_BASE_URL", "api_key": "OPENAI_API_KEY"}
"""Settings that have a name of their own in the environment. No aliases: those would be read there as well."""


class Settings(BaseSettings):
    """Everything that decides a run, checked before any work starts."""

    model_config = SettingsConfigDict(
        env_prefix="PIPELINE_",
        env_ignore_empty=True,
        toml_file=CONFIG_FILE,
        extra="forbid",  # A setting that is misspelt in the file is named, not passed over.
        frozen=True,
    )

    out: Path = Field(default=Path("out"), description="folder of the results")
    profile: str | None = Field(default=None, description="how much is asked at once")
    model: str | None = Field(default=None, description="model name at the endpoint, or a GGUF file")
    base_url: str | None = Field(default=None, description="an OpenAI-compatible endpoint")
    api_key: SecretStr | None = Field(default=None, description="the key for the endpoint")
    types: Annotated[tuple[str, ...], NoDecode] = Field(
        default=tuple(RECORD_TYPES), description="record types asked for"
    )
    types_together: int | None = Field(
        default=None, ge=1, le=len(RECORD_TYPES), description="record types that share a question"
    )
    concurrency: int | None = Field(default=None, ge=1, le=1024)
    rpm: int | None = Field(default=None, ge=1, description="most requests in a minute")
    tpm: int | None = Field(default=None, ge=1, description="most tokens in a minute")
    attempts: int = Field(
        default=6, ge=1, le=20, description="most attempts of a request that fails in passing"
    )
    limit: int | None = Field(default=None, ge=1, description="most documents of a run")
    shard: Annotated[Shard | None, NoDecode] = Field(
        default=None, description="the part of the corpus, as 2/8"
    )
    budget: Annotated[Limit | None, NoDecode] = Field(
        default=None, description="most to use, in US dollars or in tokens"
    )
    price: Prices | None = Field(default=None, description="US dollars for a million tokens")
    batch_requests: int = Field(default=50_000, ge=1, description="most requests of a batch")
    batch_bytes: int = Field(default=200_000_000, ge=1, description="most bytes of a batch's input file")
    entities: Path | None = Field(default=None, description="the user's own list of bodies, a CSV file")
    engine: Literal["local", "ray"] = Field(default="local", description="this machine, or a Ray cluster")
    offline: bool = Field(default=False, description="open no connection: recorded answers only")
    fresh: bool = Field(default=False, description="look up no recorded answer")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Flags over environment over file."""
        openai = InitSettingsSource(settings_cls, _openai_variables())
        return init_settings, env_settings, openai, TomlConfigSettingsSource(settings_cls)

    @field_validator("types", mode="before")
    @classmethod
    def _listed(cls, value: Any) -> Any:
        return (
            tuple(part.strip() for part in value.split(",") if part.strip())
            if isinstance(value, str)
            else value
        )

    @field_validator("types")
    @classmethod
    def _known_types(cls, types: tuple[str, ...]) -> tuple[str, ...]:
        if unknown := [name for name in types if name not in RECORD_TYPES]:
            raise ValueError(
                f"unknown record type {', '.join(unknown)}; the types are {', '.join(RECORD_TYPES)}"
            )
        if not types:
            raise ValueError("no record type is left to ask for")
        return tuple(dict.fromkeys(types))

    @field_validator("budget", mode="before")
    @classmethod
    def _amount(cls, value: Any) -> Any:
        return Limit.parse(str(value)) if isinstance(value, str | int | float) else value

    @field_validator("shard", mode="before")
    @classmethod
    def _part(cls, value: Any) -> Any:
        return Shard.parse(value) if isinstance(value, str) else value

    @field_validator("base_url")
    @classmethod
    def _whole_address(cls, url: str | None) -> str | None:
        parts = urlsplit(url or OPENAI_URL)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"{url} is no address of an endpoint, such as https://example.com/v1")
        if parts.username is not None:
            # The address stands in run.json and in messages; a secret must not.
            raise ValueError(
                "an endpoint's address holds no user name or password; the key is OPENAI_API_KEY"
            )
        return url

    @field_validator("profile")
    @classmethod
    def _known_profile(cls, name: str | None) -> str | None:
        if name is not None and name not in PROFILES:
            raise ValueError(f"unknown profile {name}; the profiles are {', '.join(PROFILES)}")
        return name

    @model_validator(mode="after")
    def _hold_together(self) -> "Settings":
        if self.offline and self.fresh:
            raise ValueError("--offline answers from recordings and --fresh ignores them: use one of them")
        if self.budget is not None and self.budget.unit == "USD" and self.price is None:
            raise ValueError(
                f"--budget in US dollars needs prices: [price] prompt = ..., completion = ... in {CONFIG_FILE}"
            )
        if self.budget is not None and self.engine == "ray":
            raise ValueError("--budget is held on one machine only: leave it out with --engine ray")
        if not self.embedded and self.model is None:
            raise ValueError("an endpoint is set but no model: name one with --model")
        return self

    @property
    def embedded(self) -> bool:
        """Whether the model runs on this machine, in the engine that comes with the pipeline."""
        return self.base_url is None and (self.api_key is None or self.model is None)

    @property
    def chosen_profile(self) -> Profile:
        """The profile named, or the one that suits where the model runs; with as many types together as the user wants.

        ``embedded`` suits the model that was trained on its questions; another model, or several types at once, get ``small``.
        """
        name = self.profile or ("embedded" if self.embedded else "frontier")
        asks_trained = self.embedded and self.model_name == ADAPTED_NAME and (self.types_together or 1) == 1
        if name == "embedded" and not asks_trained:
            name = "small"
        profile = PROFILES[name]
        return profile.together(self.types_together) if self.types_together else profile

    @property
    def in_flight(self) -> int:
        """Questions asked at once."""
        return self.concurrency or self.chosen_profile.concurrency

    @property
    def model_name(self) -> str:
        """The model asked: a name at the endpoint, a GGUF file, or the default embedded model."""
        return self.model or ADAPTED_NAME

    def public(self) -> dict[str, object]:
        """The settings for ``run.json``: the key only as set or not set, paths only as the user wrote them."""
        return {
            "profile": self.chosen_profile.name,
            "model": self.model_name,
            "endpoint": "embedded" if self.embedded else Endpoint(self.base_url or OPENAI_URL, "", "").shown,
            "api_key": "set" if self.api_key else "not set",
            "types": list(self.types),
            "types_together": self.types_together,
            "concurrency": self.in_flight,
            "rpm": self.rpm,
            "tpm": self.tpm,
            "limit": self.limit,
            "shard": None if self.shard is None else str(self.shard),
            "offline": self.offline,
            "fresh": self.fresh,
            "budget": None if self.budget is None else str(self.budget),
            "entities": None if self.entities is None else str(self.entities),
            "engine": self.engine,
        }


def _openai_variables() -> dict[str, Any]:
    """What the ``OPENAI_…`` variables set; an empty one sets nothing."""
    given = {name: os.environ.get(variable, "").strip() for name, variable in OPENAI_VARIABLES.items()}
    return {name: value for name, value in given.items() if value}


def load(flags: Mapping[str, Any]) -> Settings:
    """Settings from flags (None: not given), environment and ``pipeline.toml``.

    Raises:
        UsageError: a value is not allowed, or the file cannot be read.
    """
    try:
        return Settings(**{name: value for name, value in flags.items() if value is not None})
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = "".join(f"{part}: " for part in first["loc"])
        raise UsageError(
            f"{place}{first['msg'].removeprefix('Value error, ')}.",
            next_step="See python -m pipeline run --help.",
        ) from None
    except (ValueError, OSError) as error:
        raise UsageError(
            f"{CONFIG_FILE} cannot be read: {error}.", next_step="Mend or remove the file."
        ) from None


def cache_folder() -> Path:
    """Where answers are kept, under ``$PIPELINE_HOME`` or the user's cache directory."""
    home = os.environ.get(HOME_VARIABLE)
    root = Path(home).expanduser() if home else platformdirs.user_cache_path("chinese-news", appauthor=False)
    return root / "answers"

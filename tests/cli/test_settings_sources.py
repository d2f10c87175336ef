"""Where settings come from: flags over environment over ``pipeline.toml``, and no variable of anyone else's."""

from pathlib import Path

import pytest

from pipeline import config
from pipeline.errors import UsageError
from pipeline.model.budget import Limit

ADDRESS = "https://model.example/v1"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory without a settings file."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", ["API_KEY", "BASE_URL", "api_key", "base_url", "MODEL", "OUT", "PROFILE"])
def test_variables_of_other_programs_are_ignored(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bare name in the environment is not the pipeline's: it sends no article to anyone."""
    monkeypatch.setenv(name, ADDRESS)
    assert config.load({}) == config.Settings.model_construct(
        **{name: field.get_default() for name, field in config.Settings.model_fields.items()}
    )


@pytest.mark.parametrize("prefix", ["OPENAI_", "PIPELINE_"])
def test_endpoint_and_key_are_read_by_their_names(prefix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the names that they have everywhere, and by the pipeline's own."""
    monkeypatch.setenv(prefix + "BASE_URL", ADDRESS)
    monkeypatch.setenv(prefix + "API_KEY", "made-up")
    settings = config.load({"model": "large"})
    assert settings.base_url == ADDRESS
    assert settings.api_key is not None and settings.api_key.get_secret_value() == "made-up"
    assert "made-up" not in repr(settings)


@pytest.mark.parametrize("value", ["", " "])
@pytest.mark.parametrize("name", ["OPENAI_API_KEY", "OPENAI_BASE_URL"])
def test_an_empty_variable_counts_as_not_set(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The embedded model is asked, as if the variable were not there."""
    monkeypatch.setenv(name, value)
    assert config.load({}).embedded


def test_an_empty_variable_leaves_what_the_file_says(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It does not hide the file's setting."""
    (folder / config.CONFIG_FILE).write_text(f'base_url = "{ADDRESS}"\nmodel = "large"\n')
    monkeypatch.setenv("OPENAI_BASE_URL", "")
    assert config.load({}).base_url == ADDRESS


@pytest.mark.parametrize(
    ("name", "variable", "values"),
    [
        ("base_url", "OPENAI_BASE_URL", [f"https://{place}.example/v1" for place in ("file", "env", "flag")]),
        ("model", "PIPELINE_MODEL", ["file", "env", "flag"]),
        ("profile", "PIPELINE_PROFILE", ["embedded", "frontier", "embedded"]),
    ],
)
def test_flags_go_before_the_environment_and_that_before_the_file(
    name: str, variable: str, values: list[str], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each source that is added wins over those before it."""
    flags = {"model": "large"} if name == "base_url" else {}
    (folder / config.CONFIG_FILE).write_text(f'{name} = "{values[0]}"\n')
    assert getattr(config.load(flags), name) == values[0]
    monkeypatch.setenv(variable, values[1])
    assert getattr(config.load(flags), name) == values[1]
    assert getattr(config.load({**flags, name: values[2]}), name) == values[2]


def test_a_wrong_value_is_named_by_its_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    """An address that is none is told so, wherever it came from."""
    monkeypatch.setenv("OPENAI_BASE_URL", "model.example")
    with pytest.raises(UsageError, match=r"base_url: model\.example is no address"):
        config.load({})


def test_a_budget_in_dollars_needs_prices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without prices nobody can say what a question costs; with them the limit is taken. Tokens need none."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="needs prices"):
        config.load({"budget": "1"})
    assert config.load({"budget": "2M tokens"}).public()["budget"] == "2000000 tokens"
    Path("pipeline.toml").write_text("[price]\nprompt = 0.5\ncompletion = 2.0\n", encoding="utf-8")
    for budget in ("1", 1, 1.0):
        settings = config.load({"budget": budget})
        assert settings.price is not None and settings.price.completion == 2.0
        assert settings.budget == Limit(1.0, "USD")
    monkeypatch.setenv("PIPELINE_BUDGET", "3k tokens")
    assert config.load({}).budget == Limit(3000, "tokens")
    with pytest.raises(UsageError, match=r"budget: five is no budget"):
        config.load({"budget": "five"})


def test_a_secret_in_the_address_is_not_shown() -> None:
    """Of the endpoint, run.json gets no query."""
    shown = config.load({"base_url": "https://example.com/v1?api_key=secret", "model": "m"}).public()
    assert "secret" not in str(shown) and "example.com" in str(shown["endpoint"])


def test_a_key_alone_sends_no_article_away() -> None:
    """A key in the shell is no wish to use it: the embedded model answers until a model or an address is named."""
    assert config.load({"api_key": "canary"}).embedded
    assert not config.load({"api_key": "canary", "model": "m"}).embedded
    assert not config.load({"base_url": "https://example.com/v1", "model": "m"}).embedded

"""Settings from file, environment and flags: which one counts, and what is said of a wrong one."""

from pathlib import Path

import pytest

from pipeline.config import OPENAI_URL, Settings, cache_folder, load
from pipeline.errors import UsageError
from pipeline.model.files import ADAPTED_NAME, DEFAULT_MODEL
from schemas import RECORD_TYPES
from tests.run.answering_server import AnsweringServer
from tests.run.command import KEY, CommandLine


@pytest.fixture(autouse=True)
def here(workplace: Path) -> Path:
    """An empty working directory, where ``pipeline.toml`` may stand."""
    return workplace


def toml(text: str) -> None:
    """Write ``pipeline.toml`` into the working directory."""
    Path("pipeline.toml").write_text(text, encoding="utf-8")


def test_without_any_setting_the_embedded_model_is_asked_everything() -> None:
    """No endpoint and no key: the embedded model, its profile, and all types."""
    settings = load({})
    assert settings.embedded and settings.chosen_profile.name == "embedded"
    assert settings.types == tuple(RECORD_TYPES)
    assert settings.out == Path("out")


@pytest.mark.parametrize(
    ("flags", "profile"),
    [
        ({}, "embedded"),
        ({"profile": "embedded"}, "embedded"),
        ({"model": ADAPTED_NAME}, "embedded"),
        ({"types_together": 1}, "embedded"),
        ({"model": DEFAULT_MODEL.name}, "small"),
        ({"model": "mine.gguf", "profile": "embedded"}, "small"),
        ({"types_together": 3}, "small"),
        ({"profile": "small"}, "small"),
        ({"model": "some-model", "base_url": "https://example.com/v1"}, "frontier"),
        ({"model": "some-model", "base_url": "https://example.com/v1", "profile": "embedded"}, "small"),
    ],
)
def test_the_profile_suits_the_model(flags: dict[str, object], profile: str) -> None:
    """Questions without an example go to the model that was trained on them, and to no other."""
    assert load(flags).chosen_profile.name == profile


def test_flags_go_before_the_environment_and_that_before_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each source is heard where no stronger one speaks."""
    toml('profile = "frontier"\nlimit = 3\nconcurrency = 5\ntypes = ["metric", "event"]\n')
    monkeypatch.setenv("PIPELINE_LIMIT", "4")
    monkeypatch.setenv("PIPELINE_CONCURRENCY", "6")
    settings = load({"concurrency": 7, "limit": None})
    assert (settings.profile, settings.limit, settings.concurrency) == ("frontier", 4, 7)
    assert settings.types == ("metric", "event")


def test_types_are_a_list_with_commas_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the environment as on the command line, and a type said twice counts once."""
    monkeypatch.setenv("PIPELINE_TYPES", "metric, event,metric")
    assert load({}).types == ("metric", "event")


@pytest.mark.parametrize("name", ["OPENAI_API_KEY", "OPENAI_BASE_URL", "PIPELINE_MODEL"])
def test_an_empty_variable_is_not_set(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """``OPENAI_API_KEY=`` is no key, and the embedded model is asked."""
    monkeypatch.setenv(name, "")
    assert load({}).embedded


def test_a_key_alone_means_the_usual_endpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    """The key opens OpenAI's own address; it is shown as set, never itself."""
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    settings = load({"model": "some-model"})
    assert not settings.embedded and settings.chosen_profile.name == "frontier"
    assert settings.public()["endpoint"] == OPENAI_URL
    assert settings.public()["api_key"] == "set"
    assert KEY not in repr(settings) + str(settings.public())


# pipeline.toml, words of the message
WRONG_FILES = [
    ("a setting that does not exist", "conccurency = 3\n", "conccurency"),
    ("a file that is no TOML", "profile = \n", "pipeline.toml"),
    ("a value of the wrong kind", 'limit = "many"\n', "limit"),
    ("a profile that does not exist", 'profile = "huge"\n', "embedded, small, frontier"),
]


@pytest.mark.parametrize(
    ("text", "words"), [row[1:] for row in WRONG_FILES], ids=[row[0] for row in WRONG_FILES]
)
def test_a_wrong_setting_in_the_file_is_named(text: str, words: str) -> None:
    """The message names the setting or the file, and there is a next step."""
    toml(text)
    with pytest.raises(UsageError, match=words) as raised:
        load({})
    assert raised.value.next_step


def test_a_wrong_setting_never_shows_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """An error beside the key is told without it."""
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with pytest.raises(UsageError) as raised:
        load({"limit": -1, "model": "any"})
    assert KEY not in str(raised.value)


def test_settings_cannot_be_changed_on_the_way() -> None:
    """What decides a run stays as it was checked."""
    settings = load({})
    with pytest.raises(ValueError, match="frozen"):
        settings.limit = 3
    assert isinstance(settings, Settings)


def test_the_cache_lies_where_the_user_wants_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """``PIPELINE_HOME`` moves it out of the user's cache folder."""
    assert cache_folder().is_relative_to(tmp_path / "user")
    monkeypatch.setenv("PIPELINE_HOME", str(tmp_path / "elsewhere"))
    assert cache_folder() == tmp_path / "elsewhere" / "answers"


def test_settings_of_the_environment_reach_a_run(
    server: AnsweringServer, articles: Path, cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run takes what is not given on the command line from the environment and the file."""
    toml('out = "tables"\n')
    monkeypatch.setenv("PIPELINE_LIMIT", "1")
    assert cli("run", str(articles)).code == 0
    assert len(Path("tables/articles.jsonl").read_text("utf-8").splitlines()) == 1

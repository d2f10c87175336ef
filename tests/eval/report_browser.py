"""A headless Chromium that a test drives, over the DevTools protocol on a pair of pipes: nothing but Python."""

import contextlib
import fcntl
import itertools
import json
import os
import select
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

CHROMIUM: Final = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
_PATIENCE: Final = 120
"""Seconds without a word from the browser after which a test fails."""
_FLAGS: Final = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--remote-debugging-pipe",
)


class Tab:
    """A page in the browser. ``events`` has what the browser told since the page was opened."""

    def __init__(self, to_browser: int, from_browser: int) -> None:
        self._to, self._from = to_browser, from_browser
        self._numbers = itertools.count(1)
        self._unread = b""
        self._session = ""
        self.events: list[dict[str, Any]] = []

    def start(self) -> None:
        """Attach to a new page, and listen to what runs and what is loaded in it."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")
        self.call("Page.setLifecycleEventsEnabled", enabled=True)

    def call(self, method: str, **values: Any) -> dict[str, Any]:
        """Ask the browser, and wait for its answer; an error is an AssertionError."""
        number = next(self._numbers)
        asked = {"id": number, "method": method, "params": values}
        if self._session:
            asked["sessionId"] = self._session
        data = json.dumps(asked).encode() + b"\0"
        while data:
            data = data[os.write(self._to, data) :]
        while (answer := self._next()).get("id") != number:
            self._heard(answer)
        assert "error" not in answer, answer
        result: dict[str, Any] = answer["result"]
        return result

    def open(self, url: str, width: int = 1280, height: int = 800) -> None:
        """Load a page in a window of that size, and wait until it is there."""
        # Between two addresses of one file only the part after # may differ, which loads nothing anew.
        self._load("about:blank")
        self.events.clear()
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.call("Emulation.setDeviceMetricsOverride", **size)
        self._load(url)

    def _load(self, url: str) -> None:
        loader = self.call("Page.navigate", url=url)["loaderId"]
        while not any(
            (one["name"], one["loaderId"]) == ("load", loader) for one in self.heard("Page.lifecycleEvent")
        ):
            self._heard(self._next())

    def follow(self, action: str) -> None:
        """Do in the page what makes it load anew, and wait until it is there."""
        before = self._loads()
        self.evaluate(action)
        while self._loads() == before:
            self._heard(self._next())

    def _loads(self) -> int:
        return sum(one["name"] == "load" for one in self.heard("Page.lifecycleEvent"))

    def evaluate(self, expression: str) -> Any:
        """The value of a JavaScript expression in the page."""
        found = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def press(self, key: str) -> None:
        """Press and release a key."""
        text = {"text": key} if len(key) == 1 else {}
        self.call("Input.dispatchKeyEvent", type="keyDown", key=key, **text)
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key)

    def heard(self, method: str) -> list[dict[str, Any]]:
        """What the browser told under that name since the page was opened."""
        return [one["params"] for one in self.events if one["method"] == method]

    def _heard(self, message: dict[str, Any]) -> None:
        if "method" in message:  # Else it is the answer to a question that nobody waits for any more.
            self.events.append(message)
        # A dialog would hold up everything else; that it came is what counts.
        if message.get("method") == "Page.javascriptDialogOpening":
            self.call("Page.handleJavaScriptDialog", accept=True)

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._unread:
            assert select.select([self._from], [], [], _PATIENCE)[0], "the browser does not answer"
            data = os.read(self._from, 1 << 16)
            assert data, "the browser has ended"
            self._unread += data
        line, _, self._unread = self._unread.partition(b"\0")
        message: dict[str, Any] = json.loads(line)
        return message


@contextlib.contextmanager
def browser(profile: Path) -> Iterator[Tab]:
    """A browser with a profile of its own, gone at the end."""
    assert CHROMIUM
    theirs_in, to_browser = os.pipe()
    from_browser, theirs_out = os.pipe()
    # The protocol's pipes are file descriptors 3 and 4 of the browser: its ends must not be one of these here.
    high = [fcntl.fcntl(each, fcntl.F_DUPFD_CLOEXEC, 5) for each in (theirs_in, theirs_out)]
    os.close(theirs_in)
    os.close(theirs_out)
    environment = {**os.environ, "HOME": str(profile)}
    process = os.posix_spawn(
        CHROMIUM,
        [CHROMIUM, *_FLAGS, f"--user-data-dir={profile}", "about:blank"],
        environment,
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
            (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
            (os.POSIX_SPAWN_DUP2, high[0], 3),
            (os.POSIX_SPAWN_DUP2, high[1], 4),
        ],
        setpgroup=0,
    )
    for each in high:
        os.close(each)
    try:
        tab = Tab(to_browser, from_browser)
        tab.start()
        yield tab
    finally:
        os.killpg(process, signal.SIGKILL)
        os.waitpid(process, 0)
        os.close(to_browser)
        os.close(from_browser)

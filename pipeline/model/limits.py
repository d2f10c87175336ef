"""Requests and tokens a minute: limits that are given, and those that an endpoint tells with its replies."""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from typing import Final, Literal, Self

MINUTE: Final = 60.0
_TOKEN_SPAN: Final = 10.0
"""Seconds over which tokens are counted: a minute's worth does not go out at its beginning."""
_ROUNDED: Final = 1e-6
"""Fractions do not sum up exactly."""
_LATELY: Final = 10
"""Answers over which is learned how many tokens a question takes."""
_UNITS: Final = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001, "": 1.0}
_PART: Final = re.compile(r"(\d+(?:\.\d+)?)(ms|h|m|s|$)")
_DURATION: Final = re.compile(rf"(?:{_PART.pattern})+")

Unit = Literal["requests", "tokens"]
UNITS: Final[tuple[Unit, ...]] = ("requests", "tokens")


@dataclass(slots=True)
class Share:
    """What a request takes of an allowance, and since when."""

    amount: float
    at: float


@dataclass(slots=True)
class Allowance:
    """At most ``most`` in any ``span`` seconds. What is more than that at once goes out alone, and counts for longer."""

    most: float
    span: float
    used: float = 0.0
    _shares: list[tuple[float, int, Share]] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=count)

    @classmethod
    def of(cls, unit: Unit, per_minute: float) -> Self:
        """So many in any minute, spread over it."""
        if unit == "tokens":
            return cls(per_minute * _TOKEN_SPAN / MINUTE, _TOKEN_SPAN)
        at_once = max(1.0, per_minute // MINUTE)
        return cls(at_once, at_once * MINUTE / per_minute)

    def wait(self, amount: float, now: float) -> float:
        """Seconds until ``amount`` may go out, or until there is more to say; 0: now."""
        self.forget(now)
        least = self.used + amount if self.used > _ROUNDED * self.most else 0.0
        return 0.0 if least <= (1 + _ROUNDED) * self.most else self._shares[0][0] - now

    def take(self, amount: float, now: float, seconds: float | None = None) -> Share:
        """Count ``amount`` from now on, for the span or for ``seconds``."""
        lasts = self.span * max(1.0, amount / self.most) if seconds is None else seconds
        share = Share(amount, now)
        heappush(self._shares, (now + lasts, next(self._numbers), share))
        self.used += amount
        return share

    def correct(self, share: Share, amount: float) -> None:
        """Let a share count for what it was in truth, and as long as that does."""
        self._drop(share)
        self.take(amount, share.at)

    def forget(self, now: float) -> None:
        """Let go of what counts no longer."""
        while self._shares and self._shares[0][0] <= now:
            self._drop(heappop(self._shares)[2])
        if not self._shares:
            self.used = 0.0

    def _drop(self, share: Share) -> None:
        self.used -= share.amount
        share.amount = 0.0


@dataclass(frozen=True, slots=True)
class Told:
    """What an endpoint says with a reply about one of its limits."""

    limit: float
    remaining: float | None
    reset: float | None
    """Seconds until nothing counts any more."""

    @classmethod
    def by(cls, headers: Mapping[str, str], unit: Unit) -> Self | None:
        """As OpenAI's headers have it; None where nothing is said that makes sense."""
        limit = _number(headers.get(f"x-ratelimit-limit-{unit}"))
        if not limit:
            return None
        return cls(
            limit,
            _number(headers.get(f"x-ratelimit-remaining-{unit}")),
            seconds_of(headers.get(f"x-ratelimit-reset-{unit}")),
        )


def seconds_of(text: str | None) -> float | None:
    """Seconds of a duration such as ``6m0s``, ``20ms`` or ``1.5``; None for anything else."""
    if text is None or not _DURATION.fullmatch(text.strip()):
        return None
    return sum(float(number) * _UNITS[unit] for number, unit in _PART.findall(text.strip()))


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if 0 <= number < math.inf else None


class Limits:
    """The allowances of one endpoint: for requests and for tokens a minute, given and told."""

    def __init__(self, requests: float | None, tokens: float | None) -> None:
        given: dict[Unit, float | None] = {"requests": requests, "tokens": tokens}
        self._given = {unit: Allowance.of(unit, limit) for unit, limit in given.items() if limit}
        self._told = {unit: Allowance(math.inf, MINUTE) for unit in UNITS}
        self._part = 1.0
        """How much of the tokens that a question may take it takes, as of late."""
        self._answers = 0

    def hear(self, headers: Mapping[str, str], now: float) -> None:
        """Learn a limit, and what others have used of it, from the head of a reply."""
        for unit in UNITS:
            told = Told.by(headers, unit)
            if told is None:
                continue
            known = self._told[unit]
            known.most = told.limit
            known.forget(now)
            if told.remaining is not None and (others := told.limit - told.remaining - known.used) > 0:
                known.take(others, now, min(MINUTE, MINUTE if told.reset is None else told.reset))

    def wait(self, tokens: float, now: float) -> float:
        """Seconds until a request that may take so many ``tokens`` may go out, as far as can be said now."""
        return max((each.wait(self._amount(unit, tokens), now) for unit, each in self._all()), default=0.0)

    def take(self, tokens: float, now: float) -> "Taken":
        """Count a request that goes out now."""
        taken = [(unit, each, each.take(self._amount(unit, tokens), now)) for unit, each in self._all()]
        return Taken(self, tokens, [(each, share) for unit, each, share in taken if unit == "tokens"])

    def learn(self, most: float, tokens: float) -> None:
        """Learn that of ``most`` tokens only so many were used."""
        if most:
            self._answers += 1
            self._part += (min(1.0, tokens / most) - self._part) / min(self._answers, _LATELY)

    def _all(self) -> Iterator[tuple[Unit, Allowance]]:
        yield from self._given.items()
        yield from self._told.items()

    def _amount(self, unit: Unit, tokens: float) -> float:
        return 1.0 if unit == "requests" else tokens * self._part


@dataclass(frozen=True, slots=True)
class Taken:
    """What one request takes of the tokens allowed."""

    limits: Limits
    most: float
    shares: list[tuple[Allowance, Share]]

    def correct(self, tokens: float) -> None:
        """Let it count for the tokens that it took."""
        self.limits.learn(self.most, tokens)
        for allowance, share in self.shares:
            allowance.correct(share, tokens)

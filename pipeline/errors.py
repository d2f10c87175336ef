"""Every error the pipeline raises, each with a cause and a next step.

::

    PipelineError            exit 1
    ├── UsageError           exit 2   wrong flags or settings
    ├── CacheError           exit 2   the answer cache cannot be used: nothing more is asked
    ├── DocumentError        exit 1   one document cannot be read; the others go on
    ├── AnswerError          exit 1   one question got no usable answer; the others go on
    ├── OutputError          exit 1   results cannot be written
    └── ModelError           exit 3   there is no model to ask
        ├── ModelMissing              no engine, or no model file
        ├── ModelCorrupt              the model file is not what it should be
        ├── EndpointRefused           wrong key, model name or address: fatal at once
        └── EndpointUnreachable       nothing answers there, after all retries
"""

from typing import ClassVar


class PipelineError(Exception):
    """A failure that a user can act on.

    ``message`` says what happened, ``next_step`` what to do about it; ``str()`` gives both as one line.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, next_step: str = "") -> None:
        super().__init__(message, next_step)
        self.message = message
        self.next_step = next_step

    def __str__(self) -> str:
        return f"{self.message} {self.next_step}".strip()


class UsageError(PipelineError):
    """Wrong flags, or settings that do not hold together."""

    exit_code = 2


class CacheError(PipelineError):
    """The answer cache cannot be opened or written."""

    exit_code = 2


class DocumentError(PipelineError):
    """One document cannot be read; ``document`` names it as the user would."""

    def __init__(self, document: str, message: str, *, next_step: str = "") -> None:
        super().__init__(f"{document}: {message}", next_step=next_step)
        self.document = document


class AnswerError(PipelineError):
    """One question got no usable answer: truncated, refused, or invalid after all re-asks."""


class OutputError(PipelineError):
    """Results cannot be written: disk full, folder read-only."""


class ModelError(PipelineError):
    """There is no model to ask."""

    exit_code = 3


class ModelMissing(ModelError):
    """The embedded engine or its model file is not installed."""


class ModelCorrupt(ModelError):
    """The model file is not the file it should be."""


class EndpointRefused(ModelError):
    """The endpoint refused the key, the model name or the address; asking again cannot help."""


class EndpointUnreachable(ModelError):
    """Nothing usable answers at the endpoint, after all retries."""

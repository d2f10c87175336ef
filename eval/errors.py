"""What can go wrong in the harness itself, in the pipeline's own tree of errors."""

from typing import ClassVar

from pipeline.errors import PipelineError


class EvalError(PipelineError):
    """A command could not do what was asked: exit code 3, which is no verdict of the gate."""

    exit_code: ClassVar[int] = 3


class GoldError(EvalError):
    """Gold is absent, not valid, or not what its manifest says."""


class RecordsError(EvalError):
    """Predictions cannot be read; the message names file and line."""


class RunError(EvalError):
    """A stored run is absent, incomplete or was altered."""

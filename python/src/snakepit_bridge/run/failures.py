"""Turns exceptions into what the caller reads."""

from dataclasses import dataclass

from ..codec import wire
from .tracebacks import formatted, message, type_name


@dataclass(frozen=True)
class FailureReport:
    kind: int
    message: str
    type: str = ""
    traceback: str = ""
    path: str = ""
    started: bool = False
    stacks: str = ""
    details: tuple[tuple[str, str], ...] = ()


class Rejection(Exception):
    """The request was answered with a failure before the tool was called."""

    def __init__(self, kind: int, message: str) -> None:
        super().__init__(message)
        self.report = FailureReport(kind, message)


def raised(error: BaseException) -> FailureReport:
    return FailureReport(wire.TOOL_RAISED, message(error), type_name(type(error)), formatted(error), started=True)


def internal(error: BaseException, started: bool) -> FailureReport:
    return FailureReport(wire.INTERNAL, message(error), type_name(type(error)), formatted(error), started=started)


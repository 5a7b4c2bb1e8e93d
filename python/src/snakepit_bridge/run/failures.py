"""Turns exceptions into what the caller reads."""

import os
import sys
import threading
import traceback
from dataclasses import dataclass
from types import TracebackType

from ..codec import wire

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
_MESSAGE_CHARACTERS = 16 << 10
_TRACEBACK_CHARACTERS = 64 << 10


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
    return FailureReport(wire.TOOL_RAISED, _text(error), type_name(type(error)), formatted(error), started=True)


def internal(error: BaseException, started: bool) -> FailureReport:
    return FailureReport(wire.INTERNAL, _text(error), type_name(type(error)), formatted(error), started=started)


def type_name(kind: type[BaseException]) -> str:
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def formatted(error: BaseException) -> str:
    """The traceback without the frames of this package that come before the user's first frame."""
    try:
        lines = traceback.format_exception(type(error), error, _without_our_frames(error.__traceback__))
    except Exception as broken:  # a __str__ or __cause__ of user code that raises
        lines = [f"{type_name(type(error))} (its traceback cannot be formatted: {type_name(type(broken))})\n"]
    return clean("".join(lines), _TRACEBACK_CHARACTERS)


def clean(text: str, limit: int) -> str:
    """Makes a text that protobuf can carry: lone surrogates are escaped, and the middle of a long text is left out."""
    if len(text) > limit:
        text = f"{text[: limit // 2]}\n… {len(text) - limit} characters left out …\n{text[-limit // 2 :]}"
    return text.encode("utf-8", "backslashreplace").decode()


def all_stacks() -> str:
    """The Python stacks of all threads, for a request that has to be stopped."""
    names = {thread.ident: thread.name for thread in threading.enumerate()}
    parts = [
        f"Thread {names.get(ident, ident)}:\n{''.join(traceback.format_stack(frame))}"
        for ident, frame in sys._current_frames().items()
    ]
    return clean("\n".join(parts), _TRACEBACK_CHARACTERS)


def _text(error: BaseException) -> str:
    try:
        return clean(str(error), _MESSAGE_CHARACTERS)
    except Exception:
        return f"{type_name(type(error))} (its message cannot be read)"


def _without_our_frames(tb: TracebackType | None) -> TracebackType | None:
    trimmed = tb
    while trimmed is not None and trimmed.tb_frame.f_code.co_filename.startswith(_PACKAGE):
        trimmed = trimmed.tb_next
    return trimmed or tb

"""Texts of exceptions. User code that breaks while they are made breaks nothing else."""

import importlib
import os
import traceback
from types import CodeType, TracebackType

TRACEBACK_CHARACTERS = 64 << 10
_MESSAGE_CHARACTERS = 16 << 10

_OURS = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
_ADAPTERS = os.path.join(_OURS, "adapters") + os.sep
_IMPORTS = (os.path.dirname(importlib.__file__) + os.sep, "<frozen importlib.")


def is_ours(file: str) -> bool:
    """Whether a source file is the worker's own. An adapter that comes with the package counts as a user's."""
    return file.startswith(_OURS) and not file.startswith(_ADAPTERS)


def function_name(code: CodeType) -> str:
    return str(getattr(code, "co_qualname", code.co_name))  # from Python 3.11 on


def type_name(kind: type[BaseException]) -> str:
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def message(error: BaseException) -> str:
    try:
        return clean(str(error), _MESSAGE_CHARACTERS)
    except Exception:
        return f"{type_name(type(error))} (its message cannot be read)"


def formatted(error: BaseException) -> str:
    """The traceback without the frames of this package, and of imports that it began, that come before the user's first frame."""
    try:
        lines = traceback.format_exception(type(error), error, _from_users_first_frame(error.__traceback__))
    except Exception as broken:  # a __str__ or __cause__ of user code that raises
        lines = [f"{type_name(type(error))} (its traceback cannot be formatted: {type_name(type(broken))})\n"]
    return clean("".join(lines), TRACEBACK_CHARACTERS)


def clean(text: str, limit: int) -> str:
    """Makes a text that protobuf can carry: lone surrogates are escaped, and the middle of a long text is left out."""
    if len(text) > limit:
        text = f"{text[: limit // 2]}\n… {len(text) - limit} characters left out …\n{text[-limit // 2 :]}"
    return text.encode("utf-8", "backslashreplace").decode()


def _from_users_first_frame(tb: TracebackType | None) -> TracebackType | None:
    first = tb
    while first is not None and _is_before_users(first.tb_frame.f_code.co_filename):
        first = first.tb_next
    return first or tb


def _is_before_users(file: str) -> bool:
    return is_ours(file) or file.startswith(_IMPORTS)

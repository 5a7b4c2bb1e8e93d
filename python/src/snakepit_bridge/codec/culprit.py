"""Finds the value that made encoding fail, and its path. Runs after a failure only, because it walks the whole result in Python."""

import math
from collections.abc import Iterator
from typing import Any

from .conversion import BINARY, Convert, Streamed, Unencodable
from .keys import text_names

_MAX_DEPTH = 400  # the C encoder fails at a greater depth, which depends on the stack that is left
_PATH_STEPS = 12
_CONVERSIONS = 50

_Steps = Iterator[tuple[str, Any]]


def find_culprit(value: Any, convert: Convert, max_array_elements: int, error: BaseException) -> tuple[str, Unencodable]:
    """Path of the first value in document order that has no JSON form, and what is wrong with it."""
    steps = ["$"]
    open_children: list[tuple[_Steps, int]] = []  # iterator over a container's children, identity of the container
    identities: set[int] = set()
    try:
        children = _children(value, convert, max_array_elements)
        while True:
            if children is None:
                steps.pop()
            else:
                if id(value) in identities:
                    raise Unencodable("contains itself", "Return a tree, or ids instead of references.")
                if len(open_children) > _MAX_DEPTH:
                    raise Unencodable(f"is nested more than {_MAX_DEPTH} levels deep", "Return something flatter.")
                identities.add(id(value))
                open_children.append((children, id(value)))
            while open_children:
                step = next(open_children[-1][0], None)
                if step is not None:
                    break
                identities.discard(open_children.pop()[1])
                steps.pop()
            if not open_children or step is None:
                break
            steps.append(step[0])
            value = step[1]
            children = _children(value, convert, max_array_elements)
    except Unencodable as found:
        return _join(steps), found
    except Streamed:
        return _join(steps), Unencodable("is a generator", "Return a list, or the generator itself from a stream.")
    except BaseException as broken:  # user code runs in here: to_dict() may raise anything
        return _join(steps), _broken(broken)
    return "$", _broken(error)


def _children(value: Any, convert: Convert, max_array_elements: int) -> _Steps | None:
    for _ in range(_CONVERSIONS):
        if value is None or isinstance(value, (bool, *BINARY)):
            return None
        if isinstance(value, str):
            _check_text(value, "is a text")
            return None
        if isinstance(value, int):
            _check_int(value)
            return None
        if isinstance(value, float):
            if math.isfinite(value):
                return None
            raise Unencodable(f"is {value}; JSON has no NaN or infinity", "Return None or a string.")
        if isinstance(value, dict):
            return _items(value)
        if isinstance(value, (list, tuple)):
            return ((f"[{index}]", child) for index, child in enumerate(value))
        value = convert(value, max_array_elements)
    raise Unencodable("converts to itself without end", "Return plain data from its to_dict().")


def _items(value: dict[Any, Any]) -> _Steps:
    for key in text_names(value):
        _check_text(key, "has a key")
    return ((f".{key}" if str(key).isidentifier() else f"[{key!r}]", child) for key, child in value.items())


def _check_text(value: str, what: str) -> None:
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise Unencodable(
            f"{what} with a lone surrogate at position {error.start}, which UTF-8 cannot carry",
            "Decode with errors='replace', or return bytes.",
        ) from None


def _check_int(value: int) -> None:
    try:
        int.__repr__(value)
    except ValueError:
        raise Unencodable(
            f"is a number of {value.bit_length()} bits, too large to be written in decimal", "Return hex(value)."
        ) from None


def _broken(error: BaseException) -> Unencodable:
    try:
        text = f"{type(error).__qualname__}: {error}"
    except Exception:
        text = type(error).__qualname__
    return Unencodable(f"could not be converted ({text})", "Return plain data.")


def _join(steps: list[str]) -> str:
    return "".join(steps) if len(steps) <= _PATH_STEPS else "".join(steps[:_PATH_STEPS]) + "…"

"""Conversion that always finds something: the next method that works, else a marker."""

import types
from typing import Any

from ..codec.conversion import Streamed, convert
from .markers import POLICY, marker

_OWN = ("model_dump", "to_dict")
_METHODS = ("_asdict", "tolist", "isoformat")


def graceful(value: Any, max_array_elements: int) -> Any:
    """One step towards JSON as ``convert``; what that refuses goes on here."""
    limit = max_array_elements if POLICY.max_elements is None else POLICY.max_elements
    for name in _OWN:  # there they come before what a dataclass or a Series has of itself
        method = getattr(value, name, None)
        if callable(method) and not isinstance(value, type):
            try:
                return method()
            except Exception:
                continue
    try:
        return convert(value, limit)
    except Streamed:
        raise
    except Exception:
        if isinstance(value, types.CoroutineType):  # a forgotten ``await`` is a mistake in the tool, not a value
            raise
        return _next(value, limit)


def _next(value: Any, limit: int) -> Any:
    for name in _METHODS:
        method = getattr(value, name, None)
        if not callable(method) or (name == "tolist" and _size(value) > limit):
            continue
        try:
            result = method()
        except Exception:
            continue
        if name != "tolist" or _count(result, limit) <= limit:
            return result
    return marker(value)


def _size(value: Any) -> int:
    """Elements that ``tolist()`` would make, where it can be told before. A sparse array has its shape's product then."""
    size = getattr(value, "size", None)
    shape = getattr(value, "shape", None)
    if hasattr(value, "nnz") and isinstance(shape, tuple):
        size = 1
        for length in shape:
            size *= int(length)
    return size if isinstance(size, int) else 0


def _count(value: Any, limit: int) -> int:
    count, waiting = 0, [value]
    while waiting and count <= limit:
        item = waiting.pop()
        if isinstance(item, list):
            waiting.extend(item[: limit + 1])
        else:
            count += 1
    return count

"""Turns values that JSON does not have into the nearest ones that it has. The encoder takes care of binary values."""

import dataclasses
import datetime
import decimal
import enum
import math
import pathlib
import types
import uuid
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

BINARY = (bytes, bytearray, memoryview)

# One step towards JSON, with the largest number of elements that an array may have.
Convert = Callable[[Any, int], Any]

STREAMS = (types.GeneratorType, types.AsyncGeneratorType)


class Unencodable(Exception):
    """A value that has no JSON form: what is wrong with it and what to do instead."""

    def __init__(self, problem: str, advice: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.advice = advice


class Streamed(Exception):
    """The tool returned a generator."""


def convert(value: Any, max_array_elements: int) -> Any:
    """One step towards JSON. The encoder converts the values inside the result in turn."""
    if isinstance(value, enum.Enum):
        return value.value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if isinstance(value, (datetime.datetime, datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, datetime.timedelta):
        return _duration(value)
    if isinstance(value, (decimal.Decimal, uuid.UUID, pathlib.PurePath)):
        return str(value)  # a Decimal as text keeps its digits, a float would not
    if isinstance(value, (set, frozenset)):
        try:
            return sorted(value)
        except TypeError:
            return list(value)
    if isinstance(value, (deque, range)):
        return list(value)
    if isinstance(value, STREAMS):
        raise Streamed
    if isinstance(value, type):
        raise _unknown(value)
    if hasattr(value, "dtype") and hasattr(value, "shape"):
        return _from_array(value, max_array_elements)
    for name in ("model_dump", "to_dict", "_asdict"):
        method = getattr(value, name, None)
        if callable(method):
            return method()
    if hasattr(value, "__fields__") and callable(getattr(value, "dict", None)):  # a model of pydantic 1
        return value.dict()
    if isinstance(value, Mapping):
        return dict(value)
    raise _unknown(value)


def _from_array(value: Any, max_elements: int) -> Any:
    """Arrays of numpy, torch and the like, recognised by their attributes, so that none of them has to be imported."""
    count = math.prod(value.shape)
    if count > max_elements:
        raise Unencodable(
            f"is an array of {count} elements; the limit is {max_elements}",
            "Return its bytes (array.tobytes()) with shape and dtype.",
        )
    if hasattr(value, "index") and hasattr(value, "to_dict") and len(value.shape) == 1:
        return _from_series(value)
    return value.tolist() if len(value.shape) else value.item()


def _from_series(value: Any) -> Any:
    """A Series of pandas and the like: a list when it has the default index, which only counts, else an object by label."""
    index = value.index
    if getattr(index, "start", None) == 0 and getattr(index, "step", None) == 1:  # the kind of index, whatever its labels happen to be
        return value.tolist()
    labels = list(index)
    if len(set(labels)) < len(labels):
        raise Unencodable("is a series with labels that occur more than once", "Return its reset_index(), or its tolist().")
    return value.to_dict()


def _duration(value: datetime.timedelta) -> str:
    """As .NET writes and reads a TimeSpan: ``[-][d.]hh:mm:ss[.ffffff]``."""
    sign, whole = ("-", -value) if value.days < 0 else ("", value)
    days, clock, part = whole.days, whole.seconds, whole.microseconds
    text = f"{clock // 3600:02}:{clock // 60 % 60:02}:{clock % 60:02}"
    return f"{sign}{f'{days}.' if days else ''}{text}{f'.{part:06}' if part else ''}"


def _unknown(value: Any) -> Unencodable:
    if isinstance(value, type):
        return Unencodable(f"is the class {value.__qualname__}", "Return an instance's data.")
    if isinstance(value, types.CoroutineType):
        return Unencodable("is a coroutine that was never awaited", "Await it, or declare the tool with 'async def'.")
    return Unencodable(
        f"is of type {type(value).__module__}.{type(value).__qualname__}, which has no JSON form",
        "Return a dict, a dataclass, or give the type a to_dict().",
    )

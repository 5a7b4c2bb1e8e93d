"""Results of every kind, encodable or not."""

import dataclasses
import datetime
import decimal
import enum
import uuid
from typing import Any

import numpy


@dataclasses.dataclass
class Point:
    x: int
    y: Any


class Colour(enum.Enum):
    RED = "red"


def give(what: str) -> Any:
    itself: list[Any] = []
    itself.append(itself)
    values: dict[str, Any] = {
        "big": 2**200,
        "none": None,
        "tuple": (1, (2, 3)),
        "bytes": b"\x00\xff",
        "nested bytes": {"a": [b"one", bytearray(b"two")], "b": memoryview(b"three")},
        "point": Point(1, Point(2, None)),
        "things": [
            Colour.RED,
            datetime.date(2024, 1, 2),
            decimal.Decimal("1.10"),
            uuid.UUID(int=1),
            {3, 1, 2},
            {7: "seven"},
        ],
        "array": {"a": numpy.arange(4).reshape(2, 2), "s": numpy.float32(1.5), "i": numpy.int64(3)},
        "nan": {"rows": [{}, {"score": float("nan")}]},
        "array nan": [numpy.array([1.0, float("inf")])],
        "cycle": {"a": itself},
        "surrogate": ["\ud800"],
        "huge": [10**5000],
        "object": {"x": Point(1, object())},
        "key": {"ok": {1.5: 2}},
        "none key": [{None: 1}],
        "reserved": {"$attachment": "x"},
        "large array": numpy.zeros(2_000_000, dtype=numpy.uint8),
        "class": Point,
        "large": "x" * 3_000_000,
    }
    if what == "deep":
        deep: list[Any] = []
        for _ in range(100_000):
            deep = [deep]
        return deep
    if what == "generator":
        return (number for number in range(3))
    return values[what]

"""From type hints to JSON Schemas."""

import collections
import dataclasses
import datetime
import decimal
import enum
import pathlib
import typing
import uuid
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Generic, Literal, NamedTuple, NewType, Optional, TypedDict, TypeVar, Union

import later_hints
import pytest

from snakepit_bridge.run.schemas import BYTES_ARGUMENT, BYTES_RESULT, MOST_DEPTH, SchemaWriter

T = TypeVar("T")
Text = NewType("Text", str)


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Shades(enum.Flag):
    LIGHT = 1
    DARK = 2


@dataclasses.dataclass
class Derived(later_hints.Base):
    """Its base's hint names something that only the base's module has."""


@dataclasses.dataclass
class Point:
    x: float
    y: float = 0.0
    labels: list[str] = dataclasses.field(default_factory=list)


class Needed(TypedDict):
    text: str


class Query(Needed, total=False):
    near: "Point"


class Pair(NamedTuple):
    first: int
    second: str


@dataclasses.dataclass
class Node:
    value: int
    next: "Node | None" = None


@dataclasses.dataclass
class Page(Generic[T]):
    items: list[T]


class Rude(type):
    def __repr__(cls) -> str:
        raise RuntimeError("no name for you")

    def __hash__(cls) -> int:
        raise RuntimeError("no hash either")


class Unreadable(metaclass=Rude):
    pass


POINT: dict[str, Any] = {
    "title": "Point",
    "type": "object",
    "properties": {
        "x": {"type": "number"},
        "y": {"type": "number"},
        "labels": {"type": "array", "items": {"type": "string"}},
    },
    "required": ["x", "y", "labels"],
}


@pytest.mark.parametrize(
    ("hint", "schema"),
    [
        (int, {"type": "integer"}),
        (bool, {"type": "boolean"}),
        (None, {"type": "null"}),
        (Any, {}),
        (list, {"type": "array"}),
        (typing.List, {"type": "array"}),  # noqa: UP006
        (list[int], {"type": "array", "items": {"type": "integer"}}),
        (Sequence[str], {"type": "array", "items": {"type": "string"}}),
        (set[int], {"type": "array", "items": {"type": "integer"}}),
        (dict, {"type": "object"}),
        (dict[str, float], {"type": "object", "additionalProperties": {"type": "number"}}),
        (Mapping[str, Any], {"type": "object", "additionalProperties": {}}),
        (tuple[int, ...], {"type": "array", "items": {"type": "integer"}}),
        (Pair, {"type": "array", "prefixItems": [{"type": "integer"}, {"type": "string"}], "minItems": 2, "maxItems": 2}),
        (Optional[str], {"type": ["string", "null"]}),
        (int | str | None, {"type": ["integer", "string", "null"]}),
        (Union[int, Any], {}),
        (list[int] | None, {"anyOf": [{"type": "array", "items": {"type": "integer"}}, {"type": "null"}]}),
        (Literal["a", "b"], {"type": "string", "enum": ["a", "b"]}),
        (Literal["a", 1], {"enum": ["a", 1]}),
        (Colour, {"type": "string", "enum": ["red", "blue"]}),
        (Shades, {"type": "integer"}),
        (collections.Counter[str], {"type": "object", "additionalProperties": {"type": "integer"}}),
        (Literal[Colour.RED], {"type": "string", "enum": ["red"]}),
        (Annotated[int, "how many"], {"type": "integer", "description": "how many"}),
        (Text, {"type": "string"}),
        (bytes, BYTES_RESULT),
        (datetime.datetime, {"type": "string", "format": "date-time"}),
        (uuid.UUID, {"type": "string", "format": "uuid"}),
        (decimal.Decimal, {"type": "string"}),
        (pathlib.Path, {"type": "string"}),
        (Point, POINT),
        (
            Query,
            {"title": "Query", "type": "object", "properties": {"text": {"type": "string"}, "near": POINT}, "required": ["text"]},
        ),
        (Page[int], {"title": "Page", "type": "object", "properties": {"items": {"type": "array", "items": {}}}, "required": ["items"]}),
    ],
)
def test_a_hint_becomes_a_schema(hint: Any, schema: dict[str, Any]) -> None:
    writer = SchemaWriter(BYTES_RESULT)
    assert (writer.write(hint, "it"), writer.notes) == (schema, [])


@pytest.mark.parametrize("hint", [Unreadable, list[Unreadable], typing.Callable[[int], str], 7, "text", object()])
def test_a_hint_without_a_schema_is_any_value_with_a_note(hint: Any) -> None:
    writer = SchemaWriter(BYTES_RESULT)
    assert writer.write(hint, "'x'") in ({}, {"type": "array", "items": {}})
    assert len(writer.notes) == 1


def test_an_argument_may_leave_out_fields_that_have_a_default() -> None:
    assert SchemaWriter(BYTES_ARGUMENT).write(Point, "it") == {**POINT, "required": ["x"]}


def test_a_circle_and_a_deep_hint_end() -> None:
    writer = SchemaWriter(BYTES_RESULT)
    inner = writer.write(Node, "it")["properties"]["next"]
    assert inner == {"type": ["object", "null"]}
    deep: Any = int
    for _ in range(MOST_DEPTH + 5):
        deep = list[deep]
    assert "levels" in (writer.write(deep, "it") and writer.notes[-1])


def test_a_wide_hint_ends() -> None:
    wide: Any = dataclasses.make_dataclass("Wide0", [(f"f{n}", int) for n in range(40)])
    for level in range(1, 5):
        wide = dataclasses.make_dataclass(f"Wide{level}", [(f"f{n}", wide) for n in range(40)])
    writer = SchemaWriter(BYTES_RESULT)
    writer.write(wide, "it")
    assert any("500 types" in note for note in writer.notes)


@pytest.mark.parametrize("hint", [later_hints.Options, later_hints.Loose])
def test_keys_that_may_be_missing_are_known_also_when_hints_are_texts(hint: Any) -> None:
    writer = SchemaWriter(BYTES_RESULT)
    schema = writer.write(hint, "it")
    assert (schema["required"], list(schema["properties"]), writer.notes) == (["text"], ["text", "limit"], [])


def test_the_hint_of_an_inherited_field_is_read_where_it_was_written() -> None:
    writer = SchemaWriter(BYTES_RESULT)
    assert writer.write(Derived, "it")["properties"] == {"amount": {"type": "integer"}}
    assert writer.notes == []

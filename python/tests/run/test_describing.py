"""What a worker tells about its tools."""

import collections
import dataclasses
import datetime
import decimal
import enum
import json
import pathlib
import typing
import uuid
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import Annotated, Any, Generic, Literal, NamedTuple, NewType, Optional, TypedDict, TypeVar, Union

import pytest

from snakepit_bridge import BaseAdapter, ToolContext, tool
from snakepit_bridge.link.outgoing import welcome
from snakepit_bridge.run.describing import MOST_SCHEMA_BYTES, MOST_TOOLS, MOST_TOTAL_BYTES, Description, describe, describe_all
from snakepit_bridge.run.schemas import BYTES_ARGUMENT, BYTES_RESULT, MOST_DEPTH, SchemaWriter
from snakepit_bridge.run.tools import build_table

import later_hints

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


class Described(BaseAdapter):
    @tool(idempotent=True, thread_sensitive=True)
    def analyse(self, text: str, ctx: ToolContext, limit: int = 10, data: bytes = b"") -> dict[str, int]:
        """Counts words.

        The second paragraph.
        """
        return {}

    @tool
    def paint(self, colour: Annotated[Colour, "of it"] = Colour.RED, style: Literal["a.b"] = "a.b") -> list[Point] | None: ...

    @tool
    def items(self, n: "int") -> Iterator[Point]:
        """Yields."""
        yield Point(n)

    @tool
    async def later(self, **more: int) -> AsyncIterator[str]:
        yield ""

    @tool
    def hidden(self, frame: "NotThere", n: int, broken: "1 +" = None) -> Unreadable: ...  # type: ignore  # noqa: F722, F821

    @tool("Odd \ud800 text")
    def odd(
        self,
        huge: list[int] = list(range(100_000)),  # noqa: B006
        rude: Any = Unreadable,
        both: "list[NotThere] | int" = 0,  # type: ignore  # noqa: F821
    ) -> None:
        """\ud800"""


def _described(name: str) -> Description:
    return describe(build_table(Described(), "Described").tools[name])


def test_a_tool_is_described_from_its_signature() -> None:
    found = _described("analyse")
    assert (found.summary, found.documentation) == ("Counts words.", "Counts words.\n\nThe second paragraph.")
    assert found.signature == "(text: str, limit: int = 10, data: bytes = b'') -> dict[str, int]"
    assert json.loads(found.arguments_schema) == {
        "type": "object",
        "properties": {
            "text": {"type": "string"},
            "limit": {"type": "integer", "default": 10},
            "data": {"x-snakepit-attachment": True, "description": "Bytes, which a client attaches under this name; JSON has none."},
        },
        "required": ["text"],
        "additionalProperties": False,
    }
    assert json.loads(found.result_schema) == {"type": "object", "additionalProperties": {"type": "integer"}}
    assert found.notes == ()


def test_people_see_names_without_their_modules() -> None:
    found = _described("paint")
    assert found.signature == "(colour: Colour = Colour.RED, style: Literal['a.b'] = 'a.b') -> list[Point] | None"
    assert json.loads(found.arguments_schema)["properties"]["colour"] == {
        "type": "string",
        "enum": ["red", "blue"],
        "description": "of it",
        "default": "red",
    }


def test_a_generator_is_described_by_what_it_yields() -> None:
    assert json.loads(_described("items").result_schema) == POINT
    assert json.loads(_described("later").result_schema) == {"type": "string"}
    assert json.loads(_described("later").arguments_schema)["additionalProperties"] == {"type": "integer"}


def test_a_bad_hint_costs_no_other_one_its_schema() -> None:
    found = _described("hidden")
    assert json.loads(found.arguments_schema)["properties"] == {"frame": {}, "n": {"type": "integer"}, "broken": {"default": None}}
    assert len(found.notes) == 3
    assert "NameError" in found.notes[0]


def test_the_link_carries_whatever_an_adapter_says() -> None:
    """Halves of characters, a default of a megabyte, and one that cannot be shown."""
    described = welcome("token", 1, 1, build_table(Described(), "Described")).items[0].welcome
    (odd,) = [item for item in described.tools if item.name == "odd"]
    assert odd.description == "Odd ? text"
    assert odd.signature.startswith("(huge: list[int] = ..., rude: Any = ..., both:")
    assert described.ByteSize() < 10_000
    (analyse,) = [item for item in described.tools if item.name == "analyse"]
    assert (analyse.idempotent, analyse.thread_sensitive, analyse.stream_only) == (True, True, False)


def _many(count: int, note: str) -> list[Description]:
    single = build_table(Described(), "Described").tools["analyse"]
    return list(describe_all(dataclasses.replace(single, name=f"t{n}", documentation=note) for n in range(count)))


def test_only_so_many_tools_are_described() -> None:
    found = _many(MOST_TOOLS + 2, "")
    assert [description.signature == "" for description in found] == [False] * MOST_TOOLS + [True] * 2
    assert str(MOST_TOOLS) in found[-1].notes[0]


def test_descriptions_are_bounded_in_bytes() -> None:
    found = _many(100, "x" * 100_000)
    assert sum(description.size for description in found) < MOST_TOTAL_BYTES + 20_000
    assert found[0].documentation.endswith("…")
    assert "fill the" in found[-1].notes[0]


def test_a_schema_is_bounded_in_bytes() -> None:
    long = Literal[tuple("x" * 200 + str(n) for n in range(150))]  # type: ignore

    class Long:
        @tool
        def say(self, word: long) -> None: ...  # type: ignore

    found = describe(build_table(Long(), "Long").tools["say"])
    assert (found.arguments_schema, found.result_schema) == (b"{}", b'{"type":"null"}')
    assert str(MOST_SCHEMA_BYTES) in found.notes[0]


@pytest.mark.parametrize("hint", [later_hints.Options, later_hints.Loose])
def test_keys_that_may_be_missing_are_known_also_when_hints_are_texts(hint: Any) -> None:
    writer = SchemaWriter(BYTES_RESULT)
    schema = writer.write(hint, "it")
    assert (schema["required"], list(schema["properties"]), writer.notes) == (["text"], ["text", "limit"], [])


def test_the_hint_of_an_inherited_field_is_read_where_it_was_written() -> None:
    writer = SchemaWriter(BYTES_RESULT)
    assert writer.write(Derived, "it")["properties"] == {"amount": {"type": "integer"}}
    assert writer.notes == []


class HalfACharacter(BaseAdapter):
    @tool
    def odd(self, x: Literal["\udcff"]) -> int:
        return 1


def test_half_a_character_in_a_hint_is_a_note() -> None:
    description = describe(build_table(HalfACharacter(), "HalfACharacter").tools["odd"])
    assert description.arguments_schema == b"{}"
    assert "cannot be described" in description.notes[0]

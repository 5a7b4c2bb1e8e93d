"""What a worker tells about its tools."""

import dataclasses
import enum
import json
from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Any, Literal

from snakepit_bridge import BaseAdapter, ToolContext, tool
from snakepit_bridge.link.outgoing import welcome
from snakepit_bridge.run.describing import MOST_SCHEMA_BYTES, MOST_TOOLS, MOST_TOTAL_BYTES, Description, describe, describe_all
from snakepit_bridge.run.tools import build_table


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


@dataclasses.dataclass
class Point:
    x: int


class Rude(type):
    def __repr__(cls) -> str:
        raise RuntimeError("no name for you")


class Unreadable(metaclass=Rude):
    pass


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
    assert json.loads(_described("items").result_schema)["title"] == "Point"
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


class HalfACharacter(BaseAdapter):
    @tool
    def odd(self, x: Literal["\udcff"]) -> int:
        return 1


def test_half_a_character_in_a_hint_is_a_note() -> None:
    description = describe(build_table(HalfACharacter(), "HalfACharacter").tools["odd"])
    assert description.arguments_schema == b"{}"
    assert "cannot be described" in description.notes[0]

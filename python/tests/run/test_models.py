"""Schemas of pydantic's models. The stand-ins answer as versions 2.13 and 1.10 do, and as models may that go wrong."""

from typing import Any

import pytest

from snakepit_bridge.codec.conversion import convert
from snakepit_bridge.run.schemas import BYTES_ARGUMENT, BYTES_RESULT, MOST_DEPTH, SchemaWriter


class Model:
    """Of version 2."""

    @classmethod
    def model_json_schema(cls, *, by_alias: bool, mode: str) -> dict[str, Any]:
        name = "Name" if by_alias else "name"
        return {
            "$defs": {
                "Colour": {"enum": ["red", "blue"], "title": "Colour", "type": "string"},
                "Point": {"properties": {"x": {"type": "number"}}, "required": ["x"], "title": "Point", "type": "object"},
            },
            "title": mode,
            "type": "object",
            "properties": {
                name: {"type": "string"},
                "points": {"type": "array", "items": {"$ref": "#/$defs/Point"}},
                "near": {"anyOf": [{"$ref": "#/$defs/Point"}, {"type": "null"}], "default": None},
                "colour": {"$ref": "#/$defs/Colour", "default": "red"},
                "discriminator": {"type": "boolean"},
            },
            "required": [name, "points"],
        }


class Earlier:
    """Of version 1."""

    __fields__: dict[str, Any] = {}

    @classmethod
    def schema(cls, by_alias: bool) -> dict[str, Any]:
        return {
            "title": "Earlier",
            "type": "object",
            "properties": {
                "colour": {"default": "red", "allOf": [{"$ref": "#/definitions/Colour"}]},
                "pair": {"type": "array", "minItems": 2, "maxItems": 2, "items": [{"type": "integer"}, {"type": "string"}]},
            },
            "definitions": {"Colour": {"title": "Colour", "enum": ["red", "blue"]}},
        }

    def dict(self) -> dict[str, Any]:
        return {"colour": "red"}


class Node:
    @classmethod
    def model_json_schema(cls, **_: Any) -> dict[str, Any]:
        node = {"type": "object", "properties": {"next": {"anyOf": [{"$ref": "#/$defs/Node"}, {"type": "null"}]}}}
        return {"$defs": {"Node": node}, "$ref": "#/$defs/Node"}


class Deep:
    @classmethod
    def model_json_schema(cls, **_: Any) -> dict[str, Any]:
        schema: dict[str, Any] = {}
        for _level in range(MOST_DEPTH + 5):
            schema = {"type": "array", "items": schema}
        return schema


class Wide:
    """Small with references, and huge without them."""

    @classmethod
    def model_json_schema(cls, **_: Any) -> dict[str, Any]:
        names = [f"f{number}" for number in range(30)]
        levels = {
            f"Level{level}": {"properties": {name: {"$ref": f"#/$defs/Level{level + 1}"} for name in names}} for level in range(4)
        }
        return {"$defs": {**levels, "Level4": {"type": "integer"}}, "$ref": "#/$defs/Level0"}


class Lost:
    @classmethod
    def model_json_schema(cls, **_: Any) -> dict[str, Any]:
        return {"$ref": "other.json"}


class Failing:
    @classmethod
    def model_json_schema(cls, **_: Any) -> dict[str, Any]:
        raise ValueError("no schema of a function")


POINT = {"properties": {"x": {"type": "number"}}, "required": ["x"], "title": "Point", "type": "object"}


@pytest.mark.parametrize(("kind", "mode", "name"), [(BYTES_ARGUMENT, "validation", "Name"), (BYTES_RESULT, "serialization", "name")])
def test_a_model_says_its_schema_itself(kind: dict[str, Any], mode: str, name: str) -> None:
    writer = SchemaWriter(kind)

    assert (writer.write(list[Model], "it"), writer.notes) == (
        {
            "type": "array",
            "items": {
                "title": mode,
                "type": "object",
                "properties": {
                    name: {"type": "string"},
                    "points": {"type": "array", "items": POINT},
                    "near": {"anyOf": [POINT, {"type": "null"}], "default": None},
                    "colour": {"enum": ["red", "blue"], "title": "Colour", "type": "string", "default": "red"},
                    "discriminator": {"type": "boolean"},
                },
                "required": [name, "points"],
            },
        },
        [],
    )


def test_a_model_of_the_earlier_version_says_its_schema_and_is_a_result() -> None:
    writer = SchemaWriter(BYTES_RESULT)

    assert (writer.write(Earlier, "it"), writer.notes) == (
        {
            "title": "Earlier",
            "type": "object",
            "properties": {
                "colour": {"default": "red", "allOf": [{"title": "Colour", "enum": ["red", "blue"]}]},
                "pair": {
                    "type": "array",
                    "minItems": 2,
                    "maxItems": 2,
                    "prefixItems": [{"type": "integer"}, {"type": "string"}],
                },
            },
        },
        [],
    )
    assert convert(Earlier(), 0) == {"colour": "red"}


@pytest.mark.parametrize(
    ("model", "note"),
    [
        (Node, "it.next has a Node inside of a Node; the inner one is described as any object."),
        (Deep, "it has more than 8 levels of types."),
        (Lost, "it refers to other.json, which its schema has not got."),
        (Failing, "The hint of it cannot be read: ValueError: no schema of a function"),
    ],
)
def test_what_a_model_leaves_out_is_a_note(model: type, note: str) -> None:
    writer = SchemaWriter(BYTES_ARGUMENT)

    writer.write(model, "it")

    assert writer.notes == [note]


def test_a_wide_model_ends() -> None:
    writer = SchemaWriter(BYTES_ARGUMENT)

    writer.write(Wide, "it")

    assert "500 types" in writer.notes[0]

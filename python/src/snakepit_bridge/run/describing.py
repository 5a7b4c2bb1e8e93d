"""What a worker tells about its tools: signature, documentation and JSON Schemas, within limits. Nothing here raises."""

import inspect
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .hints import Schema, evaluated, item_of, told
from .schemas import BYTES_ARGUMENT, BYTES_RESULT, MOST_NOTES, SchemaWriter
from .tools import Tool

MOST_TOOLS = 500  # with schemas; those after them have their names only
MOST_SCHEMA_BYTES = 16 * 1024
MOST_TOTAL_BYTES = 512 * 1024  # of all descriptions of a worker
MOST_SUMMARY = 1_000  # characters of the first paragraph
MOST_DOCUMENTATION = 8_000
MOST_SIGNATURE = 1_000


@dataclass(frozen=True)
class Description:
    tool: Tool
    summary: str = ""  # the first paragraph
    documentation: str = ""
    signature: str = ""
    arguments_schema: bytes = b"{}"
    result_schema: bytes = b"{}"  # of the result; of a generator's items
    notes: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        texts = (self.summary, self.documentation, self.signature, *self.notes)
        return sum(len(text.encode()) for text in texts) + len(self.arguments_schema) + len(self.result_schema)


def describe_all(tools: Iterable[Tool]) -> Iterator[Description]:
    left = MOST_TOTAL_BYTES
    for number, tool in enumerate(tools):
        if number >= MOST_TOOLS:
            yield Description(tool, notes=(f"Only the first {MOST_TOOLS} tools of an adapter are described.",))
            continue
        description = _describe(tool) if left else None
        if description is None or description.size > left:
            left = 0  # the next one could be small; but then the order of the tools would decide which ones are described
            yield Description(tool, notes=(f"Not described: the tools before it fill the {MOST_TOTAL_BYTES} bytes that there are.",))
            continue
        left -= description.size
        yield description


def _describe(tool: Tool) -> Description:
    try:
        return describe(tool)
    except Exception as error:
        return Description(tool, notes=(_cut(f"It cannot be described: {told(error)}", MOST_SUMMARY),))


def describe(tool: Tool) -> Description:
    notes: list[str] = []
    arguments, result = _schemas(tool, notes)
    returns = tool.shape.returns
    return Description(
        tool,
        summary=_cut(tool.description, MOST_SUMMARY),
        documentation=_cut(tool.documentation, MOST_DOCUMENTATION),
        signature=_cut(f"{tool.shape.text} -> {returns}" if returns else tool.shape.text, MOST_SIGNATURE),
        arguments_schema=_bounded(arguments, "The arguments", notes),
        result_schema=_bounded(result, "The result", notes),
        notes=tuple(_cut(note, MOST_SUMMARY) for note in notes[:MOST_NOTES]),
    )


def _schemas(tool: Tool, notes: list[str]) -> tuple[Schema, Schema]:
    try:
        signature = inspect.signature(tool.call)
        names = _names(tool.call)
        return _arguments(tool, signature.parameters, names, notes), _result(tool, signature.return_annotation, names, notes)
    except Exception as error:  # the author's code: callers can do without its schema
        notes.append(f"Its signature cannot be described: {told(error)}")
        return {}, {}


def _names(function: Callable[..., Any]) -> dict[str, Any]:
    below: Any = inspect.unwrap(getattr(function, "__func__", function))
    return dict(getattr(below, "__globals__", {}))  # a copy, because reading a hint adds the built-in names


def _arguments(tool: Tool, declared: Mapping[str, inspect.Parameter], names: dict[str, Any], notes: list[str]) -> Schema:
    writer = SchemaWriter(BYTES_ARGUMENT)
    properties: dict[str, Schema] = {}
    others: Schema | bool = False
    for parameter in tool.shape.parameters:
        what = f"'{parameter.name}'"
        schema = _read(declared[parameter.name].annotation, names, writer, what)
        if parameter.any:
            others = schema or True
            continue
        if parameter.default_json:
            schema = {**schema, "default": json.loads(parameter.default_json)}
        properties[parameter.name] = schema
    notes.extend(writer.notes)
    needed = [parameter.name for parameter in tool.shape.parameters if parameter.required]
    return {
        "type": "object",
        "properties": properties,
        **({"required": needed} if needed else {}),
        "additionalProperties": others,
    }


def _result(tool: Tool, annotation: Any, names: dict[str, Any], notes: list[str]) -> Schema:
    writer = SchemaWriter(BYTES_RESULT)
    schema = _read(annotation, names, writer, "the result", of_item=tool.generates)
    notes.extend(writer.notes)
    return schema


def _read(annotation: Any, names: dict[str, Any], writer: SchemaWriter, what: str, of_item: bool = False) -> Schema:
    try:
        hint = evaluated(annotation, names)
        return writer.write(item_of(hint) if of_item else hint, what)
    except Exception as error:  # a name that only type checkers see, for example
        return writer.note(f"The hint of {what} cannot be read: {told(error)}")


def _bounded(schema: Schema, what: str, notes: list[str]) -> bytes:
    try:
        # Not in ASCII: a half of a character, which no reader could take, is an error here.
        written = json.dumps(schema, allow_nan=False, ensure_ascii=False, separators=(",", ":")).encode()
    except Exception as error:
        notes.append(f"{what} cannot be described: {told(error)}")
        return b"{}"
    if len(written) <= MOST_SCHEMA_BYTES:
        return written
    notes.append(f"{what} would need a schema of {len(written)} bytes; the limit is {MOST_SCHEMA_BYTES}.")
    return b"{}"


def _cut(text: str, most: int) -> str:
    """Also without halves of characters, which the link cannot carry."""
    short = text if len(text) <= most else f"{text[:most]}…"
    return short.encode("utf-8", "replace").decode()

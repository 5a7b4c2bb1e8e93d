"""Type hints: what a text stands for, which ones have a plain JSON type, and what a generator yields."""

import collections
import collections.abc
import dataclasses
import datetime
import decimal
import inspect
import types
import typing
import uuid
from collections.abc import Iterable
from typing import Any

Schema = dict[str, Any]

MOST_NOTE_CHARACTERS = 300

PLAIN: dict[Any, Schema] = {
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    str: {"type": "string"},
    None: {"type": "null"},
    type(None): {"type": "null"},
    datetime.datetime: {"type": "string", "format": "date-time"},
    datetime.date: {"type": "string", "format": "date"},
    datetime.time: {"type": "string", "format": "time"},
    datetime.timedelta: {"type": "string", "description": "[-][d.]hh:mm:ss[.ffffff]"},
    decimal.Decimal: {"type": "string"},
    uuid.UUID: {"type": "string", "format": "uuid"},
    list: {"type": "array"},
    tuple: {"type": "array"},
    set: {"type": "array"},
    frozenset: {"type": "array"},
    collections.deque: {"type": "array"},
    range: {"type": "array", "items": {"type": "integer"}},
    dict: {"type": "object"},
    collections.abc.Mapping: {"type": "object"},
    collections.abc.Sequence: {"type": "array"},
    collections.abc.Iterable: {"type": "array"},
}

ANYTHING = (Any, object, inspect.Parameter.empty)

_STREAMS = (
    *(collections.abc.Generator, collections.abc.Iterator, collections.abc.Iterable),
    *(collections.abc.AsyncGenerator, collections.abc.AsyncIterator, collections.abc.AsyncIterable),
)

# Python 3.10 has not got all of them.
WRAPPERS = tuple(getattr(typing, name) for name in ("Required", "NotRequired", "ReadOnly", "Final", "ClassVar") if hasattr(typing, name))


def evaluated(annotation: Any, names: dict[str, Any]) -> Any:
    """The hint that a text stands for, also inside of another hint. Raises what the text raises. May add built-in names to ``names``."""
    holder = types.SimpleNamespace(__annotations__={"it": annotation})
    return typing.get_type_hints(holder, globalns=names, include_extras=True)["it"]


def item_of(hint: Any) -> Any:
    """What a generator with that return hint yields."""
    hint = typing.get_args(hint)[0] if typing.get_origin(hint) is typing.Annotated else hint
    if typing.get_origin(hint) in _STREAMS:
        return typing.get_args(hint)[0]
    return Any


def told(error: Exception) -> str:
    try:
        return f"{type(error).__name__}: {error}"
    except Exception:  # an exception whose text raises, too
        return type(error).__name__


def either(schemas: Iterable[Schema]) -> Schema:
    """The short form for types without further rules: ``{"type": ["string", "null"]}``."""
    choices: list[Schema] = []
    for schema in schemas:
        if not schema:
            return {}
        if schema not in choices:
            choices.append(schema)
    if all(choice.keys() == {"type"} for choice in choices):
        kinds = [choice["type"] for choice in choices]
        return {"type": kinds if len(kinds) > 1 else kinds[0]}
    return choices[0] if len(choices) == 1 else {"anyOf": choices}


def is_required(field: Any) -> bool:
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING


def text_of(metadata: Any) -> str | None:
    """What ``Annotated[int, "the number"]`` and ``Annotated[int, Doc("the number")]`` say."""
    text = metadata if isinstance(metadata, str) else getattr(metadata, "documentation", None)
    return text[:MOST_NOTE_CHARACTERS] if isinstance(text, str) else None

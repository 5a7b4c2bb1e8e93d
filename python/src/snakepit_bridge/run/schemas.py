"""From a type hint to a JSON Schema (draft 2020-12). Whatever the hint is, nothing is raised: a hint without a schema gives ``{}``, which
allows any value, and a note that says why.
"""

import collections
import collections.abc
import dataclasses
import enum
import functools
import inspect
import json
import pathlib
import types
import typing
from collections.abc import Mapping
from typing import Any

from ..codec.conversion import BINARY
from .hints import ANYTHING, MOST_NOTE_CHARACTERS, PLAIN, WRAPPERS, Schema, either, evaluated, is_required, text_of, told
from .models import Inliner, own_schema

MOST_DEPTH = 8
MOST_PARTS = 500  # of one schema: a dataclass of dataclasses grows fast
MOST_VALUES = 200  # of one enumeration
MOST_NOTES = 20

BYTES_RESULT: Schema = {"type": "string", "contentEncoding": "base64"}
BYTES_ARGUMENT: Schema = {"x-snakepit-attachment": True, "description": "Bytes, which a client attaches under this name; JSON has none."}


class SchemaWriter:
    """Writes one schema. ``notes`` says what is missing in it."""

    def __init__(self, bytes_schema: Schema) -> None:
        self.notes: list[str] = []
        self._is_result = bytes_schema is BYTES_RESULT  # has all its fields, also those with a default
        self._bytes = bytes_schema
        self._parts = MOST_PARTS
        self._open: list[type] = []  # classes that are being written, so that a circle ends

    def note(self, text: str) -> Schema:
        short = text if len(text) <= MOST_NOTE_CHARACTERS else f"{text[:MOST_NOTE_CHARACTERS]}…"
        if len(self.notes) < MOST_NOTES and short not in self.notes:
            self.notes.append(short)
        return {}

    def write(self, hint: Any, what: str, depth: int = 0) -> Schema:
        """``what`` names the place in notes."""
        if not self._enter(what, depth):
            return {}
        try:
            return self._write(hint, what, depth)
        except Exception as error:  # the hint is the author's code: comparing it, or reading its members, may raise anything
            return self.note(f"The hint of {what} cannot be read: {told(error)}")

    def _enter(self, what: str, depth: int) -> bool:
        """Whether one more part may be written."""
        self._parts -= 1
        if depth > MOST_DEPTH:
            self.note(f"{what} has more than {MOST_DEPTH} levels of types.")
        elif self._parts < 0:
            self.note(f"{what} has more than {MOST_PARTS} types in its hint.")
        else:
            return True
        return False

    def _write(self, hint: Any, what: str, depth: int) -> Schema:
        if any(hint is anything for anything in ANYTHING):
            return {}
        plain = PLAIN.get(hint) if isinstance(hint, (type, types.NoneType)) else None
        if plain is not None:
            return dict(plain)
        origin, arguments = typing.get_origin(hint), typing.get_args(hint)
        if origin is not None:
            return self._generic(hint, origin, arguments, what, depth)
        if isinstance(hint, typing.TypeVar):
            return {} if hint.__bound__ is None else self.write(hint.__bound__, what, depth + 1)
        inner = getattr(hint, "__supertype__", None) or getattr(hint, "__value__", None)  # NewType; a `type` statement's alias
        if inner is not None and not isinstance(hint, type):
            return self.write(inner, what, depth + 1)
        if isinstance(hint, type):
            return self._class(hint, what, depth)
        return self._unknown(hint, what)

    def _generic(self, hint: Any, origin: Any, arguments: tuple[Any, ...], what: str, depth: int) -> Schema:
        if not arguments:
            return self.write(origin, what, depth + 1)  # typing.List alone
        if origin is typing.Annotated:
            schema = self.write(arguments[0], what, depth + 1)
            said = next((text for text in map(text_of, hint.__metadata__) if text), None)
            return schema if said is None else {**schema, "description": said}
        if origin in (typing.Union, types.UnionType):
            return either([self.write(argument, what, depth + 1) for argument in arguments])
        if origin is typing.Literal:
            return self._values([value.value if isinstance(value, enum.Enum) else value for value in arguments], what)
        if origin in WRAPPERS:
            return self.write(arguments[0], what, depth + 1)
        if origin is tuple:
            return self._tuple(arguments, what, depth)
        if not isinstance(origin, type):
            return self._unknown(hint, what)
        if issubclass(origin, collections.abc.Mapping):
            values: Any = arguments[1] if len(arguments) == 2 else int if issubclass(origin, collections.Counter) else Any
            return {"type": "object", "additionalProperties": self.write(values, what, depth + 1)}
        if issubclass(origin, collections.abc.Iterable) and len(arguments) == 1:
            return {"type": "array", "items": self.write(arguments[0], what, depth + 1)}
        return self._class(origin, what, depth)

    def _tuple(self, arguments: tuple[Any, ...], what: str, depth: int) -> Schema:
        if len(arguments) == 2 and arguments[1] is Ellipsis:
            return {"type": "array", "items": self.write(arguments[0], what, depth + 1)}
        items = [self.write(argument, what, depth + 1) for argument in arguments]
        return {"type": "array", "prefixItems": items, "minItems": len(items), "maxItems": len(items)}

    def _class(self, hint: type, what: str, depth: int) -> Schema:
        if issubclass(hint, BINARY):
            return dict(self._bytes)
        if issubclass(hint, enum.Flag):
            return {"type": "integer"}  # also of several members
        if issubclass(hint, enum.Enum):
            return self._values([member.value for member in hint], what)
        if hint in self._open:
            self.note(f"{what} has a {hint.__name__} inside of a {hint.__name__}; the inner one is described as any object.")
            return {"type": "object"}
        if dataclasses.is_dataclass(hint):
            fields = {field.name for field in dataclasses.fields(hint)}
            required = {field.name for field in dataclasses.fields(hint) if self._is_result or is_required(field)}
            return self._object(hint, fields, required, what, depth)
        if typing.is_typeddict(hint):
            members: Any = hint
            return self._object(hint, set(members.__annotations__), set(members.__required_keys__), what, depth)
        if issubclass(hint, tuple) and hasattr(hint, "_fields"):
            members = _members(hint)
            return self._tuple(tuple(self._member(members, name, what) for name in hint._fields), what, depth)
        if (written := own_schema(hint, self._is_result)) is not None:
            return dict(Inliner(written, self._enter, self.note).write(written, what, depth))
        for base in hint.__mro__[1:]:
            if base in PLAIN and base is not object:
                return dict(PLAIN[base])
        if issubclass(hint, pathlib.PurePath):
            return {"type": "string"}
        return self._unknown(hint, what)

    def _object(self, hint: type, names: set[str], required: set[str], what: str, depth: int) -> Schema:
        self._open.append(hint)
        try:
            members = _members(hint)
            hints = {name: self._member(members, name, what) for name in members if name in names}
            properties = {name: self.write(member, f"{what}.{name}", depth + 1) for name, member in hints.items()}
            needed = [name for name, member in hints.items() if _is_needed(member, name in required)]
            return {"title": hint.__name__, "type": "object", "properties": properties, **({"required": needed} if needed else {})}
        finally:
            self._open.pop()

    def _member(self, members: Mapping[str, tuple[Any, dict[str, Any]]], name: str, what: str) -> Any:
        try:
            return evaluated(*members.get(name, (Any, {})))
        except Exception as error:
            self.note(f"The hint of {what}.{name} cannot be read: {told(error)}")
            return Any

    def _values(self, values: list[Any], what: str) -> Schema:
        kinds = {type(value) for value in values}
        kind = PLAIN.get(kinds.pop(), {}) if len(kinds) == 1 else {}
        if len(values) > MOST_VALUES:
            self.note(f"{what} has {len(values)} values; lists of more than {MOST_VALUES} are left out.")
            return dict(kind)
        written: list[Any] = json.loads(json.dumps(values, allow_nan=False))
        return {**({"type": kind["type"]} if "type" in kind else {}), "enum": written}

    def _unknown(self, hint: Any, what: str) -> Schema:
        name = f"{hint.__module__}.{hint.__qualname__}" if isinstance(hint, type) else str(hint)
        return self.note(f"{what} is hinted as {name}, which has no JSON Schema.")


@functools.cache  # tools share classes
def _members(hint: type) -> dict[str, tuple[Any, dict[str, Any]]]:
    """Each field's hint, and the names of the module whose class declares it."""
    members: dict[str, tuple[Any, dict[str, Any]]] = {}
    for base in reversed(hint.__mro__):
        declared = vars(base).get("__annotations__", {})
        module = inspect.getmodule(base)
        names = dict(vars(module)) if module and declared else {}
        members.update((name, (annotation, names)) for name, annotation in declared.items())
    return members


def _is_needed(hint: Any, declared: bool) -> bool:
    """Hints that are texts hide from Python whether a key of a typed dictionary may be missing."""
    while typing.get_origin(hint) is typing.Annotated:
        hint = typing.get_args(hint)[0]
    origin = typing.get_origin(hint)
    if origin is not None and origin is getattr(typing, "NotRequired", None):
        return False
    return declared or (origin is not None and origin is getattr(typing, "Required", None))

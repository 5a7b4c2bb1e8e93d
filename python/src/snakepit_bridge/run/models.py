"""Schemas that classes write themselves: models of pydantic 2 (``model_json_schema``) and 1 (``schema``). Pydantic need not be there."""

from collections.abc import Callable
from typing import Any

from .hints import Schema

_OF_NAMES = ("properties", "patternProperties", "dependentSchemas")
_OF_MANY = ("allOf", "anyOf", "oneOf", "prefixItems")
_OF_ONE = ("items", "additionalProperties", "contains", "propertyNames", "not", "if", "then", "else")
_DEFINITIONS = ("$defs", "definitions")
_LEFT_OUT = ("$ref", "discriminator", *_DEFINITIONS)


def own_schema(model: type, is_result: bool) -> Schema | None:
    """None when the class writes none. A result has the names of the fields, an argument those that the model reads: its aliases.

    Raises what the class raises.
    """
    written: Any = None
    if callable(current := getattr(model, "model_json_schema", None)):
        written = current(by_alias=not is_result, mode="serialization" if is_result else "validation")
    elif hasattr(model, "__fields__") and callable(earlier := getattr(model, "schema", None)):
        written = earlier(by_alias=not is_result)
    return written if isinstance(written, dict) else None


class Inliner:
    """Puts definitions into the places that refer to them: the schema becomes a part of another one, where no reference would fit.

    ``enter`` says whether one more part may be written, ``note`` keeps what is left out.
    """

    def __init__(self, whole: Schema, enter: Callable[[str, int], bool], note: Callable[[str], Schema]) -> None:
        self._definitions = {f"#/{key}/{name}": part for key in _DEFINITIONS for name, part in whole.get(key, {}).items()}
        self._enter = enter
        self._note = note
        self._open: list[str] = []  # references that are being followed, so that a circle ends

    def write(self, schema: Any, what: str, depth: int) -> Any:
        if not isinstance(schema, dict):
            return schema  # true or false
        if not self._enter(what, depth):
            return {}
        written = {} if "$ref" not in schema else self._definition(schema["$ref"], what, depth)
        for key, value in schema.items():
            if key in _OF_NAMES:
                written[key] = {name: self.write(part, f"{what}.{name}", depth + 1) for name, part in value.items()}
            elif key in _OF_MANY or isinstance(value, list) and key == "items":  # pydantic 1 writes a tuple as a list of items
                parts = [self.write(part, what, depth + 1) for part in value]
                written["prefixItems" if key == "items" else key] = parts
            elif key in _OF_ONE:
                written[key] = self.write(value, what, depth + 1)
            elif key not in _LEFT_OUT:
                written[key] = value
        return written

    def _definition(self, reference: str, what: str, depth: int) -> Schema:
        name = reference.rpartition("/")[2]
        if reference in self._open:
            self._note(f"{what} has a {name} inside of a {name}; the inner one is described as any object.")
            return {"type": "object"}
        if reference not in self._definitions:
            return self._note(f"{what} refers to {reference}, which its schema has not got.")
        self._open.append(reference)
        try:
            return dict(self.write(self._definitions[reference], what, depth))
        finally:
            self._open.pop()

"""Which keys a JSON object may have."""

import datetime
import operator
from collections.abc import Iterable
from typing import Any

from .conversion import Unencodable

RESERVED_KEY = "$attachment"

PLAIN = frozenset({str, int, float, bool, type(None)})
_TEXT = frozenset({str})


def with_text_keys(value: Any) -> Any:
    """The value, or a copy of it where keys had to become texts that ``json`` would refuse."""
    return _copy(value) if _check(value) else value


def _check(value: Any) -> bool:
    """Checks keys before ``json`` does, which would silently turn None, True and 1.5 into texts. Lists of plain values are skipped in C.

    True when there are keys that ``json`` would refuse although they are whole numbers or dates.
    """
    odd = False
    children: Iterable[Any]
    if isinstance(value, dict):
        odd = text_names(value) is not value and any(not isinstance(key, (str, int)) for key in value)
        children = value.values()
    elif isinstance(value, (list, tuple)):
        children = value
    else:
        return False
    if not PLAIN.issuperset(map(type, children)):
        for child in children:
            if type(child) not in PLAIN and _check(child):
                odd = True
    return odd


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _copy(child) for name, child in text_names(value).items()}
    return [_copy(child) for child in value] if isinstance(value, (list, tuple)) else value


def text_names(value: dict[Any, Any]) -> dict[Any, Any]:
    """Allows texts, and whole numbers and dates, which become texts; but not the name that stands for attachments."""
    named = value
    if not _TEXT.issuperset(map(type, value)):
        named = {}
        for key, child in value.items():
            name = _name(key)
            if name in named:
                raise Unencodable(f"has the key {name!r:.80} twice, once not as a text; JSON keys are texts", "Rename one of them.")
            named[name] = child
    if RESERVED_KEY in named:
        raise Unencodable(f"has the key '{RESERVED_KEY}', which stands for attachments", "Rename the key.")
    return named


def _name(key: Any) -> str:
    if isinstance(key, str):
        return str.__str__(key)
    if isinstance(key, datetime.date):  # as it is written as a value
        return key.isoformat()
    if not isinstance(key, bool):
        try:
            return int.__repr__(operator.index(key))  # also whole numbers of numpy
        except TypeError:
            pass
    raise Unencodable(f"has the key {key!r:.80} of type {type(key).__qualname__}; JSON keys are texts", "Convert the keys to str.")

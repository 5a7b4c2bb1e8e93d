"""Which keys a JSON object may have."""

from collections.abc import Iterable
from typing import Any

from .conversion import Unencodable

RESERVED_KEY = "$attachment"

PLAIN = frozenset({str, int, float, bool, type(None)})
_TEXT = frozenset({str})


def check_keys(value: Any) -> None:
    """Checks keys before ``json`` does, which would silently turn None, True and 1.5 into texts. Lists of plain values are skipped in C."""
    children: Iterable[Any]
    if isinstance(value, dict):
        check_names(value)
        children = value.values()
    elif isinstance(value, (list, tuple)):
        children = value
    else:
        return
    if not PLAIN.issuperset(map(type, children)):
        for child in children:
            if type(child) not in PLAIN:
                check_keys(child)


def check_names(value: dict[Any, Any]) -> None:
    """Allows texts, and whole numbers, which become texts; but not the name that stands for attachments."""
    if not _TEXT.issuperset(map(type, value)):
        for key in value:
            if not isinstance(key, (str, int)) or isinstance(key, bool):
                raise Unencodable(
                    f"has the key {key!r:.80} of type {type(key).__qualname__}; JSON keys are texts",
                    "Convert the keys to str.",
                )
    if RESERVED_KEY in value:
        raise Unencodable(f"has the key '{RESERVED_KEY}', which stands for attachments", "Rename the key.")

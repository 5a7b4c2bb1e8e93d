"""The marker that stands for a value without JSON form, and what it tells of the value."""

import logging
import os
import re
from dataclasses import dataclass
from typing import Any

UNSERIALIZABLE_KEY = "__ffi_unserializable__"
TYPE_KEY = "__type__"
REPR_KEY = "__repr__"

_LOG = logging.getLogger(__name__)

_DEFAULT_LENGTH = 500
_LONGEST = 2000
_MOST_TYPES = 10_000  # told in the log once each; beyond this number they are not told any more

_SECRETS = (
    (re.compile(r"(\bbearer\s+)[^\s'\"\\]+", re.IGNORECASE), r"\1<REDACTED>"),
    (re.compile(r"\bsk-[A-Za-z0-9]{10,}"), "sk-<REDACTED>"),
    (re.compile(r"((?:api[_-]?key|token|secret|password)['\"]?\s*[:=]\s*(['\"]))(?:(?!\2).)+", re.IGNORECASE), r"\1<REDACTED>"),
)


@dataclass(frozen=True)
class Policy:
    """From the environment of the worker (``AdapterEnv``). Values that do not fit count as absent."""

    detail: str = "none"
    repr_length: int = _DEFAULT_LENGTH
    max_elements: int | None = None  # of a ``tolist()``; None: as the silo says

    @staticmethod
    def read() -> "Policy":
        length, most = _number("SNAKEPIT_UNSERIALIZABLE_REPR_MAXLEN"), _number("SNAKEPIT_TOLIST_MAX_ELEMENTS")
        return Policy(
            os.environ.get("SNAKEPIT_UNSERIALIZABLE_DETAIL", "none").strip().lower(),
            _DEFAULT_LENGTH if length is None else min(length, _LONGEST),
            most,
        )


def _number(variable: str) -> int | None:
    try:
        return max(0, int(os.environ[variable]))
    except (KeyError, ValueError):
        return None


POLICY = Policy.read()

_told: set[str] = set()


def marker(value: Any, policy: Policy = POLICY) -> dict[str, Any]:
    name = f"{type(value).__module__}.{type(value).__name__}"
    if name not in _told and len(_told) < _MOST_TYPES:
        _told.add(name)
        _LOG.warning("a result holds a %s, which has no JSON form; its callers get a marker instead", name)
    detail = _detail(value, name, policy)
    return {UNSERIALIZABLE_KEY: True, TYPE_KEY: name, **({} if detail is None else {REPR_KEY: detail})}


def _detail(value: Any, name: str, policy: Policy) -> str | None:
    if policy.detail == "type":
        return f"<unserializable {name}>"
    if policy.detail not in ("repr_truncated", "repr_redacted_truncated"):
        return None
    try:
        text = repr(value)
    except Exception:
        text = f"<repr failed for {name}>"
    # Before it is cut: a secret that is cut in two would no longer be found.
    return (redact(text) if policy.detail == "repr_redacted_truncated" else text)[: policy.repr_length]


def redact(text: str) -> str:
    """Takes out what looks like a secret. It makes accidents rarer and is no protection."""
    for pattern, replacement in _SECRETS:
        text = pattern.sub(replacement, text)
    return text

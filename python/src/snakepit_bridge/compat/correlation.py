"""The id by which a call is found in logs: the caller's, unless the adapter sets another one."""

import logging
import uuid
from collections.abc import Iterable
from contextvars import ContextVar, Token

from ..run.context import running_context

CORRELATION_HEADER = "x-snakepit-correlation-id"

_NONE = "-"

_own: ContextVar[str | None] = ContextVar("snakepit_correlation", default=None)


def new_correlation_id() -> str:
    return uuid.uuid4().hex


def set_correlation_id(value: str) -> "Token[str | None]":
    return _own.set(value)


def reset_correlation_id(token: "Token[str | None] | None" = None) -> None:
    """Without a token, the caller's id counts again."""
    if token is None:
        _own.set(None)
    else:
        _own.reset(token)


def get_correlation_id(default: str | None = None) -> str | None:
    own = _own.get()
    if own is not None:
        return own
    context = running_context()
    return (context.correlation_id if context is not None else "") or default


def outgoing_metadata(initial: Iterable[tuple[str, str]] | None = None) -> list[tuple[str, str]]:
    """Headers for a request to another service, with the id among them."""
    headers = list(initial or ())
    current = get_correlation_id()
    if current and all(name.lower() != CORRELATION_HEADER for name, _ in headers):
        headers.append((CORRELATION_HEADER, current))
    return headers


class _CorrelationFilter(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.correlation_id = get_correlation_id(_NONE)
        return True


def correlation_filter() -> logging.Filter:
    """Gives each record a ``correlation_id``; lets every record pass."""
    return _CorrelationFilter()

"""The current context, as the real package keeps it: in a context variable."""

from contextvars import ContextVar, Token

_current: ContextVar[dict[str, str] | None] = ContextVar("stub", default=None)


def get_current() -> dict[str, str]:
    return _current.get() or {}


def attach(context: dict[str, str]) -> "Token[dict[str, str] | None]":
    return _current.set(context)


def detach(token: "Token[dict[str, str] | None]") -> None:
    _current.reset(token)

"""Whose rules an adapter is run by."""

from typing import Any

from .. import adapter as ours
from ..run.dialect import Dialect
from .base_adapter import BaseAdapter
from .graceful import graceful
from .session_context import RequestSession
from .stream_chunk import unwrap, unwrap_any

_OURS = Dialect(unwrap=unwrap)

_ELIXIR = Dialect(RequestSession, graceful, unwrap_any, execute_tool_first=True, instance_per_request=True)

_CONTRACT = ("set_session_context", "execute_tool")  # the two methods that the Elixir system calls without asking for them


def dialect_of(target: Any) -> Dialect:
    """An adapter is the Elixir system's when it has that system's base class, or both methods of its contract and no base class of ours."""
    if not isinstance(target, type):
        return _OURS
    if issubclass(target, BaseAdapter):
        return _ELIXIR
    if issubclass(target, ours.BaseAdapter):
        return _OURS
    return _ELIXIR if all(callable(getattr(target, name, None)) for name in _CONTRACT) else _OURS

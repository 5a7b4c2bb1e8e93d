"""The base class of the Elixir system's adapters. One instance lives for one request (``dialect.py``)."""

from typing import Any

from ..adapter import ToolMetadata, tool
from .registration import ToolRegistration, registrations
from .session_context import SessionContext

__all__ = ["BaseAdapter", "ToolMetadata", "tool"]


class BaseAdapter:
    """Derive from ``snakepit_bridge.BaseAdapter`` instead to keep one instance as long as the worker lives.

    Subclasses need not call ``super().__init__()``.
    """

    session_context: Any = None
    _session_context: Any = None
    _tools_cache: list[ToolRegistration] | None = None

    @property
    def session_id(self) -> str | None:
        """The session of the request; empty when it belongs to none, None before a context was set."""
        context: SessionContext | None = self.session_context or self._session_context
        return None if context is None else context.session_id

    def set_session_context(self, session_context: Any) -> None:
        self.session_context = self._session_context = session_context

    def get_tools(self) -> list[ToolRegistration]:
        if self._tools_cache is None:
            self._tools_cache = registrations(self)
        return self._tools_cache

    def call_tool(self, *name: str, **kwargs: Any) -> Any:
        """Calls the method of that name. An ``async`` one gives its coroutine; the worker awaits what ``execute_tool`` returns.

        The name comes first, or as ``tool_name=``; when it comes first, the tool itself may have an argument ``tool_name``.
        """
        (tool_name,) = name or (kwargs.pop("tool_name"),)
        method = getattr(self, tool_name, None)
        if method is None:
            raise AttributeError(f"{type(self).__name__} has no tool '{tool_name}'.")
        if not callable(method):
            raise TypeError(f"'{tool_name}' of {type(self).__name__} is not a tool but {type(method).__name__}.")
        return method(**kwargs)

    def register_with_session(self, session_id: str, stub: Any = None) -> list[str]:
        """The names of the tools. The silo knows them since the worker's start, for every session; so ``stub`` is not used."""
        return [registered.name for registered in self.get_tools()]

    async def register_with_session_async(self, session_id: str, stub: Any = None) -> list[str]:
        return self.register_with_session(session_id, stub)

"""The context of a request under the name and with the members that the Elixir system's adapters know."""

from collections.abc import Mapping
from types import TracebackType
from typing import Any, TypeVar

from ..run.context import ToolContext
from .absent import absent

_S = TypeVar("_S", bound="SessionContext")

_NO_HOST_TOOLS = "Python cannot call functions of the host yet. Pass their results to the tool as arguments."


class SessionContext:
    """What an adapter is told of its session. In a worker each request has one, which has all members of ``ToolContext`` as well."""

    def __init__(self, stub: Any, session_id: str, request_metadata: Mapping[str, Any] | None = None) -> None:
        """For tests of adapters. ``stub`` is not used: the worker has no connection of this kind to its host."""
        self._session_id = session_id
        self._request_metadata = dict(request_metadata or {})

    @property
    def session_id(self) -> str:
        """The session as its caller named it; empty when the call belongs to none."""
        return self._session_id

    @property
    def request_metadata(self) -> dict[str, Any]:
        """A copy of the texts that the caller sent beside the arguments."""
        return dict(self._request_metadata)

    @property
    def stub(self) -> Any:
        raise absent("session_context.stub", "the link between worker and silo is no gRPC service that adapters can call.")

    @property
    def elixir_tools(self) -> dict[str, Any]:
        raise absent("session_context.elixir_tools", _NO_HOST_TOOLS)

    def call_elixir_tool(self, tool_name: str, **kwargs: Any) -> Any:
        raise absent(f"call_elixir_tool('{tool_name}')", _NO_HOST_TOOLS)

    def cleanup(self) -> None:
        """Does nothing, because a session keeps nothing at its host; its place in the list of sessions ends with ``SessionTtl``."""

    def __enter__(self: _S) -> _S:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.cleanup()

    def __repr__(self) -> str:
        return f"SessionContext(session_id={self.session_id!r})"


class RequestSession(ToolContext, SessionContext):
    """The context that the worker gives to adapters of the Elixir system."""

    @property
    def request_metadata(self) -> dict[str, Any]:
        return dict(self.metadata)

"""An adapter in the shape of the Elixir system's showcase: handlers with tools of their own, behind one ``execute_tool``."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from snakepit_bridge import SessionContext, telemetry
from snakepit_bridge.adapters.showcase.tool import StreamChunk
from snakepit_bridge.base_adapter import BaseAdapter, tool
from snakepit_bridge.logging_config import get_logger

logger = get_logger(__name__)

_counters: dict[str, int] = {}


class Response:
    """Has no JSON form and no method that would give one."""

    def __init__(self, status: int) -> None:
        self.status = status


class Broken:
    """Its first converter raises, its second one works."""

    def model_dump(self) -> Any:
        raise TypeError("not a model")

    def to_dict(self) -> Any:
        return {"kind": "second"}


class Listed:
    def tolist(self) -> Any:
        return [1, 2]


class Basics:
    def tools(self) -> dict[str, Callable[..., Any]]:
        return {"ping": self.ping, "echo": self.echo, "count": self.count, "values": self.values, "watched": self.watched}

    def ping(self, ctx: SessionContext, message: str = "pong") -> Any:
        return {"message": message, "pid": os.getpid()}

    def echo(self, ctx: SessionContext, **kwargs: Any) -> Any:
        return {"echoed": kwargs}

    def count(self, ctx: SessionContext) -> Any:
        _counters[ctx.session_id] = _counters.get(ctx.session_id, 0) + 1
        return {"session": ctx.session_id, "count": _counters[ctx.session_id], "metadata": ctx.request_metadata}

    def values(self, ctx: SessionContext) -> Any:
        return {"response": Response(200), "second": Broken(), "listed": Listed(), "last": 1}

    def watched(self, ctx: SessionContext) -> Any:
        with telemetry.span("tool.execution", {"tool": "watched"}):
            telemetry.emit("tool.result_size", {"bytes": 42})
        return {"enabled": telemetry.is_enabled(), "correlation_id": telemetry.get_correlation_id()}


class Streams:
    def tools(self) -> dict[str, Callable[..., Any]]:
        return {"stream_data": self.stream_data}

    def stream_data(self, ctx: SessionContext, count: int = 3, delay: float = 0.0) -> Iterator[StreamChunk]:
        for number in range(count):
            yield StreamChunk({"index": number + 1, "total": count}, is_final=(number == count - 1))
            time.sleep(delay)


class Showcase(BaseAdapter):
    def __init__(self) -> None:
        super().__init__()
        self.handlers: list[Any] = [Basics(), Streams()]
        self._handler_tools: dict[str, Callable[..., Any]] = {}
        for handler in self.handlers:
            self._handler_tools.update(handler.tools())
        self.session_context = None

    def set_session_context(self, session_context: Any) -> None:
        self.session_context = session_context

    def execute_tool(self, tool_name: str, arguments: dict[str, Any], context: Any) -> Any:
        logger.debug("tool %s", tool_name)
        if tool_name in self._handler_tools:
            return self._handler_tools[tool_name](context, **arguments)
        return self.call_tool(tool_name, **arguments)

    @tool(description="Adds two numbers")
    def add(self, a: float, b: float) -> float:
        return a + b

    @tool("Answers a question from its context")
    def answer(self, question: str, context: str) -> str:
        return f"{question} {context}"

    @tool(description="Counts the tools")
    def get_stats(self) -> Any:
        marked = [name for name in dir(self) if hasattr(getattr(self, name), "_tool_metadata")]
        return {"registered_tools": len(marked), "session_id": self.session_id, "names": self.register_with_session("any", None)}

    @tool(description="Waits", supports_streaming=False)
    async def later(self, value: int) -> int:
        return value + 1

    @tool(description="Streams", supports_streaming=True)
    def stream_data(self, count: int = 3) -> Any:
        return self._handler_tools["stream_data"](self.session_context, count=count)

    @tool(description="Calls the host", required_variables=["elixir_tools_enabled"])
    def call_host(self, tool_name: str, **kwargs: Any) -> Any:
        assert self.session_context is not None
        return self.session_context.call_elixir_tool(tool_name, **kwargs)

    @tool(description="Lists the host's tools")
    def host_tools(self) -> Any:
        assert self.session_context is not None
        return sorted(self.session_context.elixir_tools)

    @tool(description="Names its thread")
    def where(self) -> str:
        return threading.current_thread().name

"""Adapters in the shapes of the Elixir system's template, threaded example and guides."""

import asyncio
import threading
import time
from typing import Any

from saying import announce

from snakepit_bridge import telemetry
from snakepit_bridge.adapters.showcase.tool import StreamChunk
from snakepit_bridge.base_adapter import BaseAdapter, tool
from snakepit_bridge.base_adapter_threaded import ThreadSafeAdapter, thread_safe_method
from snakepit_bridge.base_adapter_threaded import tool as threaded_tool
from snakepit_bridge.logging_config import configure_logging, get_logger

configure_logging()
logger = get_logger(__name__)

_model_cache: dict[str, Any] = {}
_open = 0


class Template:
    """No base class: the two methods of the contract, and ``async`` hooks."""

    def __init__(self) -> None:
        self.session_context: Any = None
        self.initialized = False

    def set_session_context(self, session_context: Any) -> None:
        self.session_context = session_context

    async def initialize(self) -> None:
        await asyncio.sleep(0)
        self.initialized = True

    async def cleanup(self) -> None:
        logger.warning("cleaned up for session %s", self.session_context.session_id)

    def execute_tool(self, tool_name: str, arguments: dict[str, Any], context: Any) -> Any:
        if tool_name == "state":
            return {"initialized": self.initialized, "same": context is self.session_context, "session": context.session_id}
        raise NotImplementedError(f"Unknown tool: {tool_name}")


class KeywordOnly:
    """Any order of the three, as they are passed by name; a coroutine from a plain function."""

    def set_session_context(self, session_context: Any) -> None: ...

    def execute_tool(self, *, context: Any, arguments: dict[str, Any], tool_name: str) -> Any:
        async def run() -> Any:
            await asyncio.sleep(0)
            if tool_name == "block":
                announce("block")
                time.sleep(60)
            return {"tool": tool_name, **arguments}

        return run()


class Resource(BaseAdapter):
    """Opens in ``__init__`` what ``cleanup`` closes; only one may be open."""

    def __init__(self) -> None:
        global _open
        super().__init__()
        _open += 1
        assert _open == 1, "two are open"
        self.is_open = True
        self.log: list[str] = []

    def initialize(self) -> None:
        _model_cache.setdefault("model", []).append("request")

    def cleanup(self) -> None:
        global _open
        _open -= 1
        self.is_open = False

    @tool(description="Uses it")
    def use(self, fail: bool = False) -> Any:
        self.log.append("use")
        if fail:
            raise ValueError("in the tool")
        return {"open": self.is_open, "log": self.log, "requests": len(_model_cache["model"])}


class BrokenLater(BaseAdapter):
    """Can be made once, at the start."""

    made = 0

    def __init__(self) -> None:
        BrokenLater.made += 1
        if BrokenLater.made > 1:
            raise OSError("no second one")

    @tool(description="Works once")
    def use(self) -> int:
        return BrokenLater.made


class Guide(BaseAdapter):
    """The guides' snippets: a span, a stream of wrapped items, one of own items."""

    @tool(description="Echo input")
    def echo(self, message: str) -> str:
        return f"Echo: {message}"

    @tool(description="Session info")
    def get_session_info(self) -> Any:
        return {"session_id": self.session_context.session_id, "metadata": self.session_context.request_metadata}

    @tool(description="ML prediction")
    def predict(self, input_data: dict[str, Any]) -> Any:
        with telemetry.span("prediction", {"input_size": len(str(input_data))}):
            return {"prediction": [2 * number for number in input_data["features"]]}

    @tool(description="Stream progress", supports_streaming=True)
    def long_operation(self, steps: int = 2) -> Any:
        for step in range(steps):
            yield StreamChunk({"progress": (step + 1) / steps * 100}, is_final=False)
        yield StreamChunk(data={"status": "complete"}, is_final=True)

    @tool(description="Stream plain items", supports_streaming=True)
    def plain_items(self) -> Any:
        yield {"data": 1, "is_final": True}


class Threaded(ThreadSafeAdapter):
    __thread_safe__ = True

    shared: dict[str, int] = {"count": 0}

    def __init__(self) -> None:
        super().__init__()
        self.request_log: list[str] = []

    @thread_safe_method
    @threaded_tool(description="Counts under the lock")
    def count(self) -> Any:
        cache = self.get_thread_local("cache", {})
        cache["calls"] = cache.get("calls", 0) + 1
        self.set_thread_local("cache", cache)
        with self.acquire_lock():
            before = self.shared["count"]
            time.sleep(0.001)
            self.shared["count"] = before + 1
            self.request_log.append("count")
        return {"log": self.request_log, "on_this_thread": cache["calls"], "thread": threading.current_thread().name}

    @thread_safe_method
    @threaded_tool(description="Statistics")
    def statistics(self) -> Any:
        return {"shared": self.shared["count"], **self.get_stats()}

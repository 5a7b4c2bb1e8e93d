"""``execute_tool``: the one function that takes the calls of every name."""

import asyncio
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

_KEYWORDS = ("tool_name", "arguments", "context")


@dataclass(frozen=True)
class Dynamic:
    is_async: bool
    by_keyword: bool  # its parameters have the names that the Elixir system calls them by; their order is free then

    def arguments(self, name: str, arguments: dict[str, Any], context: Any) -> tuple[tuple[Any, ...], dict[str, Any]]:
        values = (name, arguments, context)
        return ((), dict(zip(_KEYWORDS, values))) if self.by_keyword else (values, {})


def read_dynamic(function: Callable[..., Any]) -> Dynamic:
    is_async = inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function)
    try:
        inspect.signature(function).bind(**dict.fromkeys(_KEYWORDS))
    except TypeError:
        return Dynamic(is_async, by_keyword=False)
    return Dynamic(is_async, by_keyword=True)


def to_its_end(function: Callable[..., Any]) -> Callable[..., Any]:
    """Awaits what a plain ``execute_tool`` returned for an asynchronous tool, where the thread runs no event loop that could do it."""

    def call(*args: Any, **kwargs: Any) -> Any:
        value = function(*args, **kwargs)
        return asyncio.run(value) if inspect.iscoroutine(value) and not _on_a_loop() else value

    return call


def _on_a_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True

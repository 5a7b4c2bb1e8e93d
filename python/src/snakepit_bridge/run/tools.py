"""The tools of an adapter, prepared once so that a call only looks them up."""

import difflib
import inspect
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..adapter import MARK, ToolMark
from ..codec import wire
from .dialect import OURS, Dialect
from .dynamic import Dynamic, read_dynamic, to_its_end
from .failures import Rejection
from .hooks import Hooks, read_hooks
from .lives import Maker
from .signatures import Shape, read_signature

_NAMES_SHOWN = 20


@dataclass(frozen=True)
class Tool:
    name: str
    attribute: str  # of the adapter
    call: Callable[..., Any]
    shape: Shape
    description: str  # the first paragraph
    documentation: str
    supports_streaming: bool
    idempotent: bool
    is_async: bool  # needs an event loop: a coroutine function or an async generator
    thread_sensitive: bool  # runs on the one thread that all such tools share
    generates: bool  # a generator function: can only be called as a stream
    required: frozenset[str]
    allowed: frozenset[str] | None  # None: takes any name but the reserved ones
    reserved: frozenset[str]
    context_name: str | None


@dataclass(frozen=True)
class ToolTable:
    tools: Mapping[str, Tool]
    execute_tool: Callable[..., Any] | None
    dynamic: Dynamic | None  # how execute_tool is called; None without one
    hooks: Hooks
    dialect: Dialect = OURS
    maker: Maker | None = None  # of an adapter for each request

    @property
    def need_loop(self) -> bool:
        return self.hooks.need_loop or self.dynamic_is_async or any(tool.is_async for tool in self.tools.values())

    @property
    def dynamic_is_async(self) -> bool:
        return self.dynamic is not None and self.dynamic.is_async

    def needs_loop(self, name: str) -> bool:
        """Whether a call of the name has to run on an event loop."""
        tool = self.tools.get(name)
        if self.hooks.need_loop or (tool is not None and tool.is_async):
            return True
        return self.dynamic_is_async and (tool is None or self.dialect.execute_tool_first)

    def unknown(self, name: str) -> Rejection:
        names = sorted(self.tools)
        close = difflib.get_close_matches(name, names, 1)
        hint = f" Did you mean '{close[0]}'?" if close else ""
        rest = f" and {len(names) - _NAMES_SHOWN} more" if len(names) > _NAMES_SHOWN else ""
        known = f"{', '.join(names[:_NAMES_SHOWN])}{rest}"
        return Rejection(wire.UNKNOWN_TOOL, f"There is no tool '{name}'.{hint} Known tools: {known}.")


def build_table(adapter: Any, adapter_name: str, dialect: Dialect = OURS) -> ToolTable:
    tools: dict[str, Tool] = {}
    for attribute, mark in _marked(adapter):
        made = _tool(getattr(adapter, attribute), attribute, mark)
        if made.name in tools:
            raise ValueError(f"Adapter '{adapter_name}' has two tools named '{made.name}'.")
        tools[made.name] = made
    is_module = isinstance(adapter, types.ModuleType)
    execute_tool = None if is_module else getattr(adapter, "execute_tool", None)
    if not tools and execute_tool is None:
        raise ValueError(f"Adapter '{adapter_name}' offers no tools: mark functions with @tool or define execute_tool.")
    hooks = Hooks() if is_module else read_hooks(adapter)
    if dialect.instance_per_request:  # the instance at hand is gone with the first request, so it can end nothing later
        hooks = replace(hooks, end_session=None, shutdown=None)
    dynamic = None if execute_tool is None else read_dynamic(execute_tool)
    if execute_tool is not None and dynamic is not None and not dynamic.is_async:
        execute_tool = to_its_end(execute_tool)
    return ToolTable(tools, execute_tool, dynamic, hooks, dialect, Maker(adapter) if dialect.instance_per_request else None)


def _marked(adapter: Any) -> list[tuple[str, ToolMark]]:
    owner = adapter if isinstance(adapter, types.ModuleType) else type(adapter)
    found: list[tuple[str, ToolMark]] = []
    for name in dir(owner):
        value = inspect.getattr_static(owner, name)  # not getattr: a property must not run
        mark = getattr(getattr(value, "__func__", value), MARK, None)
        if isinstance(mark, ToolMark):
            found.append((name, mark))
    return found


def _tool(function: Callable[..., Any], attribute: str, mark: ToolMark) -> Tool:
    name = mark.name or attribute
    shape = read_signature(function, name)
    takes_any = any(parameter.any for parameter in shape.parameters)
    named = [parameter for parameter in shape.parameters if not parameter.any]
    generates = inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function)
    documentation = inspect.getdoc(function) or ""
    text = mark.description if mark.description is not None else documentation.partition("\n\n")[0]
    return Tool(
        name=name,
        attribute=attribute,
        call=function,
        shape=shape,
        description=text,
        documentation=documentation or text,
        supports_streaming=mark.supports_streaming or generates,
        idempotent=mark.idempotent,
        is_async=inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function),
        thread_sensitive=mark.thread_sensitive,
        generates=generates,
        required=frozenset(parameter.name for parameter in named if parameter.required),
        allowed=None if takes_any else frozenset(parameter.name for parameter in named),
        reserved=shape.reserved,
        context_name=shape.context_name,
    )

"""From an Execute item to a call: which function, with which arguments."""

import json
from collections.abc import Callable
from typing import Any, NamedTuple

from ..codec import wire
from .context import ToolContext
from .dynamic import to_its_end
from .failures import Rejection
from .hooks import Hooks
from .tools import Tool, ToolTable


class Call(NamedTuple):
    function: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    hooks: Hooks


def _no_constant(text: str) -> Any:
    raise ValueError(f"{text} is not JSON")


_decode = json.JSONDecoder(parse_constant=_no_constant).decode


def bind(table: ToolTable, execute: Any, context: ToolContext) -> Call:
    """Raises Rejection when there is no such tool or the arguments do not fit."""
    name: str = execute.tool
    tool = table.tools.get(name)
    if tool is not None and tool.generates and not execute.stream:
        raise streamed(name)
    if table.dialect.execute_tool_first and table.dynamic is not None:
        tool = None
    elif tool is None and table.dynamic is None:
        raise table.unknown(name)
    arguments = decode(name, execute.arguments)
    if len(execute.attachments):
        _add_attachments(name, arguments, execute.attachments, tool)
    life = None if table.maker is None else table.maker.live()
    hooks = table.hooks if life is None else life.hooks
    if tool is None:
        assert table.execute_tool is not None and table.dynamic is not None
        function = table.execute_tool if life is None else to_its_end(life.member("execute_tool"))
        return Call(function, *table.dynamic.arguments(name, arguments, context), hooks)
    names = arguments.keys()
    allowed = tool.allowed
    fit = tool.reserved.isdisjoint(names) if allowed is None else names <= allowed
    if not (fit and names >= tool.required):
        raise _mismatch(tool, arguments)
    context_name = tool.context_name
    if context_name is not None:
        arguments[context_name] = context
    return Call(tool.call if life is None else life.member(tool.attribute), (), arguments, hooks)


def decode(name: str, data: bytes) -> dict[str, Any]:
    if data in (b"{}", b""):
        return {}
    try:
        arguments = _decode(data.decode())
    except (ValueError, RecursionError) as error:
        message = f"The arguments of tool '{name}' are not valid JSON: {error}"
        raise Rejection(wire.INVALID_ARGUMENTS, message) from error
    if type(arguments) is not dict:
        kind = {list: "an array", str: "a text", type(None): "null", bool: "a boolean"}.get(type(arguments), "a number")
        raise Rejection(wire.INVALID_ARGUMENTS, f"The arguments of tool '{name}' must be a JSON object, not {kind}.")
    return arguments


def streamed(name: str) -> Rejection:
    return Rejection(wire.INVALID_ARGUMENTS, f"Tool '{name}' streams; call it as a stream.")


def _add_attachments(name: str, arguments: dict[str, Any], attachments: Any, tool: Tool | None) -> None:
    for item in attachments:
        if item.WhichOneof("content") == "shared_memory":
            raise Rejection(
                wire.REFUSED,
                f"Attachment '{item.name}' of tool '{name}' is in shared memory, which this worker cannot read.",
            )
        if item.name in arguments:
            raise Rejection(
                wire.INVALID_ARGUMENTS,
                f"Tool '{name}' got '{item.name}' twice: as an argument and as an attachment. Rename one.",
            )
        # A tool that takes the context may read attachments there, so it need not name them as parameters.
        if tool is None or tool.context_name is None or tool.allowed is None or item.name in tool.allowed:
            arguments[item.name] = item.inline


def _mismatch(tool: Tool, arguments: dict[str, Any]) -> Rejection:
    allowed = tool.allowed
    absent = tool.required - arguments.keys()
    missing = [parameter.name for parameter in tool.shape.parameters if parameter.name in absent]
    unexpected = [name for name in arguments if (name in tool.reserved if allowed is None else name not in allowed)]
    parts = [
        f"{what} {', '.join(map(repr, names))}"
        for what, names in (("missing", missing), ("unexpected", unexpected))
        if names
    ]
    return Rejection(
        wire.INVALID_ARGUMENTS,
        f"Tool '{tool.name}' cannot take these arguments: {', '.join(parts)}. It takes {tool.shape.text}.",
    )

"""Adapters in the other styles: dynamic, with hooks, and broken ones."""

import asyncio
import ctypes
import os
import sys
from typing import Any

from saying import announce

from snakepit_bridge import BaseAdapter, ToolContext, tool


print("printed while imported")
sys.__stdout__.write("written while imported\n")
ctypes.CDLL(None).puts(b"put by C while imported")
ctypes.CDLL(None).fflush(None)
os.write(1, b"written to descriptor 1 while imported\n")


class Dynamic:
    def execute_tool(self, tool_name: str, arguments: dict[str, Any], context: ToolContext) -> Any:
        return [tool_name, arguments, context.request_id]

    @tool
    def known(self) -> str:
        return "known"


class AsyncDynamic:
    async def execute_tool(self, tool_name: str, arguments: dict[str, Any], context: ToolContext) -> Any:
        return tool_name


class Hooked(BaseAdapter):
    def __init__(self) -> None:
        self.events: list[str] = []

    def set_session_context(self, context: ToolContext) -> None:
        self.events.append(f"session {context.session_id}")

    def initialize(self) -> None:
        self.events.append("initialize")

    def cleanup(self) -> None:
        self.events.append("cleanup")
        raise RuntimeError("cleanup is broken")

    @tool
    def work(self, fail: bool) -> list[str]:
        self.events.append("work")
        if fail:
            raise ValueError("in the tool")
        return list(self.events)


class AsyncHooked(BaseAdapter):
    def __init__(self) -> None:
        self.events: list[str] = []

    async def initialize(self) -> None:
        await asyncio.sleep(0)
        self.events.append("initialize")

    async def cleanup(self) -> None:
        await asyncio.sleep(0)
        self.events.append("cleanup")

    @tool
    def work(self) -> list[str]:
        return list(self.events)

    @tool
    def spin(self) -> None:
        announce("spin")
        while True:
            pass


class NeedsArguments:
    def __init__(self, size: int) -> None:
        self.size = size


class NoTools(BaseAdapter):
    pass


class Listens(BaseAdapter):
    @tool
    def ok(self) -> int:
        return 1

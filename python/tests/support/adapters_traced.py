"""An adapter in an environment that has OpenTelemetry (a stub of it)."""

import asyncio
import logging
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from snakepit_bridge import BaseAdapter, ToolContext, tool

sys.path.insert(0, str(Path(__file__).parent / "otel_stub"))

from opentelemetry import context as current  # noqa: E402


class Traced(BaseAdapter):
    @tool
    def plain(self) -> dict[str, str]:
        return current.get_current()

    @tool
    def items(self) -> Iterator[dict[str, str]]:
        yield current.get_current()
        yield current.get_current()

    @tool
    def logs(self, context: ToolContext) -> None:
        logging.getLogger("user").warning("by the library")
        context.log.warning("by the context")


class TracedAsync(BaseAdapter):
    @tool
    async def plain(self) -> dict[str, str]:
        await asyncio.sleep(0)
        return current.get_current()

    @tool
    async def items(self) -> AsyncIterator[dict[str, str]]:
        yield current.get_current()
        await asyncio.sleep(0)
        yield current.get_current()

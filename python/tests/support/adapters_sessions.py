"""Adapters that keep something for each session."""

import asyncio
import time
from collections.abc import Iterator

import waiting
from saying import announce

from snakepit_bridge import BaseAdapter, ToolContext, tool


class Counting(BaseAdapter):
    __thread_safe__ = True

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}

    @tool
    def look_away(self) -> None:
        """Does not ask what has become of its session."""

    @tool
    def count(self, context: ToolContext, fail: bool = False) -> list[object]:
        self.counts[context.session_id] = self.counts.get(context.session_id, 0) + 1
        moved = context.session_moved
        if fail:
            raise ValueError(f"it was {moved}")
        return [self.counts[context.session_id], moved]

    @tool
    def items(self, context: ToolContext, fail: bool = False) -> Iterator[str]:
        yield context.session_moved
        if fail:
            raise ValueError("after the first")

    def end_session(self, session_id: str, reason: str) -> None:
        if session_id == "bad":
            raise SystemExit("this one cannot end")
        announce(f"end of {session_id} after {self.counts.get(session_id, 0)}: {reason}")

    def shutdown(self) -> None:
        announce("shutdown")


class SlowEnds(Counting):
    def end_session(self, session_id: str, reason: str) -> None:
        time.sleep(1)


class StuckEnds(Counting):
    def end_session(self, session_id: str, reason: str) -> None:
        waiting.wait("lock")


class AsyncStuckEnds(Counting):
    async def end_session(self, session_id: str, reason: str) -> None:  # type: ignore[override]
        await asyncio.Event().wait()


class AsyncCounting(BaseAdapter):
    @tool
    async def count(self, context: ToolContext) -> str:
        self.loop = asyncio.get_running_loop()
        return context.session_id

    async def end_session(self, session_id: str, reason: str) -> None:
        await asyncio.sleep(0)
        announce(f"end of {session_id} on {'the same' if asyncio.get_running_loop() is self.loop else 'another'} loop")

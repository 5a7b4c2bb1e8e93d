"""Tools that keep something for each session."""

import os
from collections.abc import Iterator
from typing import Any

from snakepit_bridge import BaseAdapter, ToolContext, tool


class Notebook(BaseAdapter):
    def __init__(self) -> None:
        self._notes: dict[str, list[str]] = {}

    @tool
    def write(self, note: str, context: ToolContext) -> dict[str, Any]:
        """What this process knows of the session, and what it was told about it."""
        if context.session_moved:
            self._notes.pop(context.session_id, None)  # from before the session was elsewhere
        notes = self._notes.setdefault(context.session_id, [])
        notes.append(note)
        return {"notes": notes, "moved": context.session_moved, "pid": os.getpid()}

    @tool
    def pid(self) -> int:
        return os.getpid()

    @tool
    def pages(self, context: ToolContext) -> Iterator[str]:
        yield from self._notes.get(context.session_id, ["nothing"])

    def end_session(self, session_id: str, reason: str) -> None:
        print(f"session {session_id} ends with {len(self._notes[session_id])} notes: {reason}")

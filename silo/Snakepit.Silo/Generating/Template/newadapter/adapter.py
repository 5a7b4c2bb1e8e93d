"""The adapter: each method with @tool can be called by its name."""

from collections.abc import Iterator
from dataclasses import dataclass

from snakepit_bridge import BaseAdapter, ToolContext, tool


@dataclass(frozen=True)
class Counts:
    words: int
    characters: int


class Adapter(BaseAdapter):
    def __init__(self) -> None:
        # Runs once in each worker, before the worker takes calls. Load models here.
        self.notes: dict[str, list[str]] = {}

    @tool(idempotent=True)  # may be repeated after a crash
    def count(self, text: str) -> Counts:
        """Counts the words and the characters of a text."""
        return Counts(len(text.split()), len(text))

    @tool
    def words(self, text: str) -> Iterator[str]:
        """Gives the words of a text one by one: a generator is called as a stream."""
        yield from text.split()

    @tool
    def note(self, text: str, context: ToolContext) -> list[str]:
        """Adds a note to those of the call's session, and gives all that this worker knows."""
        if not context.session_id:
            return [text]
        if context.session_moved:  # what this worker knows of the session is missing or old
            self.notes.pop(context.session_id, None)
        notes = self.notes.setdefault(context.session_id, [])
        notes.append(text)
        return list(notes)

    def end_session(self, session_id: str, reason: str) -> None:
        """Runs for each session when the worker is replaced or stopped."""
        self.notes.pop(session_id, None)

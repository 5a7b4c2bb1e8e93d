"""The sessions that had a call in this worker: what their tools have to hear of, and that they end here."""

import contextlib
from typing import TYPE_CHECKING

from ..codec import wire

if TYPE_CHECKING:
    from .tickets import Ticket

UNSAID = "the worker stops"

# A session that is forgotten here is "new" when it comes again.
MOST_SESSIONS = 100_000


class News:
    """Why a session came here, as one arrival said it; empty once heard. What a later arrival says is another."""

    __slots__ = ("reason",)

    def __init__(self, reason: str) -> None:
        self.reason = reason


class OpenSessions:
    """Shared by the threads that run tools; each step is one operation of a dict or of one object."""

    def __init__(self) -> None:
        self._news: dict[str, News] = {}  # of each session the latest
        # The one with the latest call is the last. Apart from the news: moving a name takes two steps, and a thread
        # between them must not find that the session is unknown.
        self._order: dict[str, None] = {}
        self.reason = UNSAID  # why the worker leaves, once the silo has said so

    def arrived(self, ticket: "Ticket") -> None:
        """A call of a session is about to run."""
        session_id, moved = ticket.execute.session_id, ticket.execute.session_moved
        if moved:
            self._news[session_id] = News(wire.SESSION_MOVES.get(moved, "new"))
        else:
            self._news.setdefault(session_id, News("new"))
        self._order.pop(session_id, None)
        self._order[session_id] = None
        if len(self._order) > MOST_SESSIONS:
            self._forget_longest_idle()

    def _forget_longest_idle(self) -> None:
        with contextlib.suppress(RuntimeError):  # another thread changes the order right now; the next call is one more
            for session_id in self._order:
                self._order.pop(session_id, None)
                self._news.pop(session_id, None)
                return

    def ids(self) -> list[str]:
        """Those with a call here; the one idle longest comes first."""
        return list(self._order)

    def read(self, ticket: "Ticket") -> str:
        """Why the session came here; the same to all questions of one call."""
        if ticket.news is None:
            # One that was forgotten while its call runs is as good as new.
            ticket.news = self._news.get(ticket.execute.session_id) or News("new")
            ticket.session_moved = ticket.news.reason
        return ticket.session_moved

    def succeeded(self, ticket: "Ticket") -> None:
        """What the call has asked for, its session has heard of; not what came with another call in the meantime."""
        if ticket.news is not None:
            ticket.news.reason = ""

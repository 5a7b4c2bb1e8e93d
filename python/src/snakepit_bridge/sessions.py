"""The sessions that had a call in this worker: what their tools have to hear of, and that they end here."""

import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from . import wire
from .failures import formatted

if TYPE_CHECKING:
    from .tickets import Ticket

UNSAID = "the worker stops"
END_SECONDS = 1.5  # for all sessions together; shutdown() needs time too

# A session that is forgotten here is "new" when it comes again.
MOST_SESSIONS = 100_000

_LOG = logging.getLogger(__name__)


class News:
    """Why a session came here, as one arrival said it. Once heard it says nothing; what a later arrival said is another."""

    __slots__ = ("reason",)

    def __init__(self, reason: str) -> None:
        self.reason = reason


class OpenSessions:
    """Shared by the threads that run tools; each step is one operation of a dict or of one object."""

    def __init__(self, end_session: Callable[[str, str], Any] | None) -> None:
        self._end_session = end_session
        self._news: dict[str, News] = {}  # of each session the latest; in the order in which they came
        self.reason = UNSAID  # why the worker leaves, once the silo has said so

    def arrived(self, ticket: "Ticket") -> None:
        """A call of a session is about to run."""
        session_id, moved = ticket.execute.session_id, ticket.execute.session_moved
        if moved:
            self._news[session_id] = News(wire.SESSION_MOVES.get(moved, "new"))
        else:
            self._news.setdefault(session_id, News("new"))
        if len(self._news) > MOST_SESSIONS:
            self._news.pop(next(iter(self._news)), None)

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

    def end_all(self, run: Callable[[Any], None]) -> None:
        """Tells the adapter of each; ``run`` finishes what may be a coroutine. One that raises harms no other."""
        end_session = self._end_session
        if end_session is None:
            return
        limit = time.monotonic() + END_SECONDS
        ids = list(self._news)
        for number, session_id in enumerate(ids):
            if time.monotonic() > limit:
                untold = len(ids) - number
                _LOG.warning("%s of %s sessions were not told of their end within %s s", untold, len(ids), END_SECONDS)
                return
            try:
                run(end_session(session_id, self.reason))
            except BaseException as error:
                _LOG.error("end_session() raised for session '%s'\n%s", session_id, formatted(error))

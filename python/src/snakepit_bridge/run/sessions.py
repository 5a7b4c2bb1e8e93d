"""The sessions that had a call in this worker: what their tools are told about earlier moves, and which have to be told of the end."""

import contextlib

DEFAULT_REASON = "the worker stops"

# A session beyond this number makes the worker forget the session that was idle longest. When a forgotten session comes again, it is "new".
MOST_SESSIONS = 100_000

_NEW = "new"


class News:
    """Why a session came to this worker, as one arrival said. Empty once a call has heard it and succeeded.

    Each arrival makes an object of its own: a call that succeeds clears the news that it has heard, not news of a later arrival.
    """

    __slots__ = ("reason",)

    def __init__(self, reason: str) -> None:
        self.reason = reason


class Visit:
    """One call of a session: what its tool asks about the session."""

    __slots__ = ("_sessions", "_session_id", "_news", "_told")

    def __init__(self, sessions: "OpenSessions", session_id: str) -> None:
        self._sessions = sessions
        self._session_id = session_id
        self._news: News | None = None  # set by the first question
        self._told = ""

    def moved(self) -> str:
        """Why the session came here. Every question of one call gets the same answer."""
        if self._news is None:
            self._news = self._sessions.latest(self._session_id)
            self._told = self._news.reason
        return self._told

    def succeeded(self) -> None:
        """Clears the news that this call has asked for. News that came with another call in the meantime stays."""
        if self._news is not None:
            self._news.reason = ""


class OpenSessions:
    """Shared by the threads that run tools, without a lock: each step is one operation of a dict or of one object."""

    def __init__(self) -> None:
        self._news: dict[str, News] = {}  # of each session the latest
        # The session with the latest call comes last. Kept apart from the news: moving a name to the end takes two steps, and
        # another thread between the two must still find the session's news.
        self._order: dict[str, None] = {}
        self.reason = DEFAULT_REASON  # why the worker leaves; the silo's drain says it

    def arrived(self, session_id: str, moved: str) -> Visit:
        """Counts a call that is about to run. ``moved`` says why the session came from elsewhere; empty when it did not."""
        if moved:
            self._news[session_id] = News(moved)
        else:
            self._news.setdefault(session_id, News(_NEW))
        self._order.pop(session_id, None)
        self._order[session_id] = None
        if len(self._order) > MOST_SESSIONS:
            self._forget_longest_idle()
        return Visit(self, session_id)

    def latest(self, session_id: str) -> News:
        """The news of the latest arrival. A session that was forgotten while its call runs counts as new."""
        return self._news.get(session_id) or News(_NEW)

    def ids(self) -> list[str]:
        """The sessions with a call here; the one that was idle longest comes first."""
        return list(self._order)

    def _forget_longest_idle(self) -> None:
        # RuntimeError: another thread changes the order at this moment. The next arrival tries again.
        with contextlib.suppress(RuntimeError):
            for session_id in self._order:
                self._order.pop(session_id, None)
                self._news.pop(session_id, None)
                return

"""The sessions that had a call in this worker, and the word to the adapter that they end here."""

import logging
from collections.abc import Callable
from typing import Any

from .failures import formatted

_LOG = logging.getLogger(__name__)

UNSAID = "the worker stops"


class OpenSessions:
    def __init__(self, end_session: Callable[[str, str], Any] | None) -> None:
        self._end_session = end_session
        self._ids: dict[str, None] = {}  # in the order in which they came
        self.note: Callable[[str], None] | None = self._note if end_session is not None else None
        self.reason = UNSAID  # why the worker leaves, once the silo has said so

    def _note(self, session_id: str) -> None:
        self._ids[session_id] = None

    def end_all(self, run: Callable[[Any], None]) -> None:
        """Tells the adapter of each; ``run`` finishes what may be a coroutine. One that raises does not harm the others."""
        end_session = self._end_session
        if end_session is None:
            return
        for session_id in list(self._ids):
            try:
                run(end_session(session_id, self.reason))
            except BaseException as error:
                _LOG.error("end_session() raised for session '%s'\n%s", session_id, formatted(error))

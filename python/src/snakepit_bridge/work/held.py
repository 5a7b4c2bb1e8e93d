"""Answers that wait for others, so that several leave in one frame; and the thread that sends them when a tool takes long for once."""

import threading
import time
from collections import deque
from collections.abc import Callable

from ..run.outcomes import Outcome, size_of

_RESCUE_SECONDS = 0.005


class HeldAnswers:
    """The tool's thread adds and takes; the rescue's thread sends what has waited too long. The thread that pops an answer sends it."""

    def __init__(self, send_beside: Callable[[Outcome], object], most_bytes: int) -> None:
        """``send_beside`` may be called from any thread; ``most_bytes`` may leave together."""
        self.send_beside = send_beside
        self._most_bytes = most_bytes
        self._answers: deque[Outcome] = deque()
        self._size = 0  # an upper bound: what the rescue has sent counts until the next ``take``
        self._since = 0.0  # when answers began to wait behind a tool; 0.0 while none do
        self._waiting = threading.Event()
        self._released = False

    def start(self) -> None:
        threading.Thread(target=self._rescue, name="snakepit-rescue", daemon=True).start()

    def release(self) -> None:
        self._released = True
        self._waiting.set()

    def add(self, answer: Outcome) -> list[Outcome]:
        """Returns the earlier answers when this one does not fit into a frame with them; the caller sends them."""
        size = size_of(answer)
        full = self.take() if self._size and self._size + size > self._most_bytes else []
        self._size += size
        self._answers.append(answer)
        return full

    def leave_behind_tool(self) -> None:
        """A tool is about to run; from now on the rescue looks after the answers."""
        if self._answers and not self._since:
            self._since = time.monotonic()
            self._waiting.set()  # last: the rescue must see the time when it wakes

    def take(self) -> list[Outcome]:
        self._since, self._size = 0.0, 0
        answers: list[Outcome] = []
        while (answer := self._pop()) is not None:
            answers.append(answer)
        return answers

    def _pop(self) -> Outcome | None:
        try:
            return self._answers.popleft()
        except IndexError:
            return None

    def _rescue(self) -> None:
        while not self._released:
            self._waiting.wait()
            # Cleared before the time is noted: answers that begin to wait after that wake the next round.
            self._waiting.clear()
            began = time.monotonic()
            time.sleep(_RESCUE_SECONDS)
            if not 0.0 < self._since <= began:
                continue  # the tool's thread has taken them; what waits now began later
            # Reset before the answers are sent: an answer that is added after that must find 0.0, so that it wakes the next round.
            self._since = 0.0
            while (answer := self._pop()) is not None:
                self.send_beside(answer)

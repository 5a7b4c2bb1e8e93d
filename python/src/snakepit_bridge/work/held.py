"""Answers that are ready while a tool runs, and the thread that sends them when the tool takes long."""

import threading
import time
from collections.abc import Callable

from ..run.tickets import Outcome

_RESCUE_SECONDS = 0.005


class Held:
    """Answers behind a running tool. Whoever takes them sends them."""

    __slots__ = ("answers", "_free")

    def __init__(self, answers: list[Outcome]) -> None:
        self.answers = answers
        self._free = [True]

    def take(self) -> bool:
        try:
            return self._free.pop()
        except IndexError:
            return False

    def forget(self) -> None:
        """The answers are not kept until others come. The rescue's alone: the tool's thread has a list of its own."""
        self.answers = []


class Rescue:
    """Sends answers that have waited too long behind a tool. Sleeps while nothing is held."""

    def __init__(self, send: Callable[[Outcome], None]) -> None:
        self._send = send
        self._held: Held | None = None
        self._busy = threading.Event()
        self._released = False

    def start(self) -> None:
        threading.Thread(target=self._run, name="snakepit-rescue", daemon=True).start()

    def hold(self, answers: list[Outcome]) -> Held:
        self._held = held = Held(answers)
        self._busy.set()  # after it can be seen
        return held

    def release(self) -> None:
        self._released = True
        self._busy.set()

    def _run(self) -> None:
        while not self._released:
            self._busy.wait()
            # Before looking: what is held after this wakes the next round.
            self._busy.clear()
            held = self._held
            if held is None:
                continue  # released before anything was held
            time.sleep(_RESCUE_SECONDS)
            if held.take():
                for outcome in held.answers:
                    self._send(outcome)
            held.forget()

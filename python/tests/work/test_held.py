"""The rescue of held answers, stopped at every step of its thread. There is no thread: what it runs is traced."""

import sys
import threading
from collections.abc import Callable
from functools import partial
from types import FrameType
from typing import Any

import pytest
from links import execute

from snakepit_bridge.codec import wire
from snakepit_bridge.run.tickets import Outcome, Ticket
from snakepit_bridge.work.held import Held, Rescue


class NothingToDo(Exception):
    """The rescue would sleep from here on."""


class Bell(threading.Event):
    def wait(self, timeout: float | None = None) -> bool:
        if not self.is_set():
            raise NothingToDo
        return True


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("snakepit_bridge.work.held._RESCUE_SECONDS", 0)


def answer(number: int) -> Outcome:
    frame = wire.ToWorker()
    execute(frame, number, "tool")
    return Outcome(Ticket(frame.items[0].execute, 1))


class Worker:
    """The thread that runs tools, and what the rescue has sent for it."""

    def __init__(self) -> None:
        self.sent: list[int] = []
        self.rescue = Rescue(lambda outcome: self.sent.append(outcome.ticket.key[1]))
        self.rescue._busy = Bell()
        self.held: Held | None = None

    def hold(self, number: int) -> None:
        self.held = self.rescue.hold([answer(number)])

    def run_rescue(self, step: int = -1, meanwhile: Callable[[], None] = lambda: None) -> bool:
        """Runs the rescue until it sleeps, with something in between at one of its steps; False when it has fewer."""
        steps = 0

        def trace(frame: FrameType, event: str, arg: Any) -> Any:
            nonlocal steps
            if frame.f_code is not Rescue._run.__code__:
                return None
            frame.f_trace_opcodes = True
            if event == "opcode":
                steps += 1
                if steps == step:
                    meanwhile()
            return trace

        before = sys.gettrace()
        sys.settrace(trace)
        try:
            self.rescue._run()
        except NothingToDo:
            pass
        finally:
            sys.settrace(before)
        return steps >= step


def test_the_first_answers_are_rescued_whenever_they_come() -> None:
    """Also when the rescue has been woken for nothing and is about to sleep."""
    step = 0
    while True:
        worker, step = Worker(), step + 1
        worker.rescue._busy.set()
        if not worker.run_rescue(step, partial(worker.hold, 1)):
            break
        worker.run_rescue()
        assert worker.sent == [1], f"held at step {step}"
    assert step > 10


def others_follow(worker: Worker, taken: list[bool]) -> None:
    assert worker.held is not None
    taken.append(worker.held.take())
    worker.hold(2)


def test_answers_are_rescued_whenever_they_follow_others() -> None:
    """The others have been taken by the tool's thread, unless the rescue was first; nothing is sent twice."""
    step, rescued = 0, 0
    while True:
        worker, step, taken = Worker(), step + 1, list[bool]()
        worker.hold(1)
        if not worker.run_rescue(step, partial(others_follow, worker, taken)):
            break
        worker.run_rescue()
        assert worker.sent == ([2] if taken[0] else [1, 2]), f"held at step {step}"
        rescued += not taken[0]
    assert 0 < rescued < step


def test_answers_that_the_tool_took_back_are_left_alone_and_not_kept() -> None:
    worker = Worker()
    worker.hold(1)
    assert worker.held is not None and worker.held.take()
    worker.run_rescue()
    assert (worker.sent, worker.held.answers) == ([], [])


def test_a_release_ends_the_rescue_that_sleeps() -> None:
    rescue = Rescue(lambda outcome: None)
    rescue.start()
    thread = next(thread for thread in threading.enumerate() if thread.name == "snakepit-rescue")
    rescue.release()
    thread.join(10)
    assert not thread.is_alive()

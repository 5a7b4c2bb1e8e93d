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
from snakepit_bridge.run.outcomes import Outcome
from snakepit_bridge.run.tickets import Ticket
from snakepit_bridge.work.held import HeldAnswers


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
        self.held = HeldAnswers(lambda outcome: self.sent.append(outcome.ticket.key[1]), 1 << 20)
        self.held._waiting = Bell()

    def hold(self, number: int) -> None:
        self.held.add(answer(number))
        self.held.leave_behind_tool()

    def take(self) -> list[int]:
        return [outcome.ticket.key[1] for outcome in self.held.take()]

    def run_rescue(self, step: int = -1, meanwhile: Callable[[], None] = lambda: None) -> bool:
        """Runs the rescue until it sleeps, with something in between at one of its steps; False when it has fewer."""
        steps = 0

        def trace(frame: FrameType, event: str, arg: Any) -> Any:
            nonlocal steps
            if frame.f_code not in (HeldAnswers._rescue.__code__, HeldAnswers._pop.__code__):
                return None
            frame.f_trace_opcodes = True
            if event == "opcode":
                steps += 1
                if steps == step:
                    meanwhile()  # the interpreter does not trace what a trace function calls
            return trace

        before = sys.gettrace()
        sys.settrace(trace)
        try:
            self.held._rescue()
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
        worker.held._waiting.set()
        if not worker.run_rescue(step, partial(worker.hold, 1)):
            break
        worker.run_rescue()
        assert worker.sent == [1], f"held at step {step}"
    assert step > 10


def test_answers_are_rescued_whenever_they_follow_others() -> None:
    """The tool's thread has taken the others, unless the rescue was first; each answer is sent once."""
    step, rescued = 0, 0
    while True:
        worker, step, taken = Worker(), step + 1, list[int]()
        worker.hold(1)

        def others_follow(worker: Worker = worker, taken: list[int] = taken) -> None:
            taken.extend(worker.take())
            worker.hold(2)

        if not worker.run_rescue(step, others_follow):
            break
        worker.run_rescue()
        assert sorted(worker.sent + taken) == [1, 2], f"held at step {step}"
        assert 2 in worker.sent, f"held at step {step}"
        rescued += not taken
    assert 0 < rescued < step


def test_an_answer_that_joins_others_is_rescued_whenever_it_comes() -> None:
    """Nothing was taken in between: the rescue may be sending the others at that moment."""
    step = 0
    while True:
        worker, step = Worker(), step + 1
        worker.hold(1)
        if not worker.run_rescue(step, partial(worker.hold, 2)):
            break
        worker.run_rescue()
        assert sorted(worker.sent) == [1, 2], f"held at step {step}"
    assert step > 20


def test_answers_that_the_tool_took_back_are_left_alone() -> None:
    worker = Worker()
    worker.hold(1)
    assert worker.take() == [1]
    worker.run_rescue()
    assert (worker.sent, worker.take()) == ([], [])


def test_answers_leave_in_frames_of_limited_size() -> None:
    held = HeldAnswers(lambda outcome: None, 10)
    large, small = answer(1), answer(2)
    large.value, small.value = b"x" * 11, b"x"
    assert held.add(large) == []
    assert held.add(small) == [large]
    assert held.take() == [small]


def test_a_release_ends_the_rescue_that_sleeps() -> None:
    held = HeldAnswers(lambda outcome: None, 1)
    held.start()
    thread = next(thread for thread in threading.enumerate() if thread.name == "snakepit-rescue")
    held.release()
    thread.join(10)
    assert not thread.is_alive()

"""What the threads and coroutines of the worker do now, as text for people. They go on."""

import asyncio
import linecache
import os
import sys
import sysconfig
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import grpc

from .tickets import Ticket
from .tracebacks import TRACEBACK_CHARACTERS, clean

_MOST_FRAMES = 100  # of a stack, from the running function outwards, as faulthandler shows
_MOST_TASKS = 100  # a loop may have thousands, and a cancel must not wait until all are described

_BRIDGE = Path(__file__).parents[1]
_ADAPTERS = f"{_BRIDGE / 'adapters'}{os.sep}"
_NOT_USERS = (f"{_BRIDGE}{os.sep}", f"{Path(grpc.__file__).parent}{os.sep}", "<frozen ")
_PACKAGES = tuple(f"{os.sep}{name}{os.sep}" for name in ("site-packages", "dist-packages"))
_STANDARD = f"{sysconfig.get_path('stdlib')}{os.sep}"


@dataclass
class _Stack:
    title: str
    frames: list[FrameType]  # the latest call first
    ticket: Ticket | None = None

    def text(self) -> str:
        head = self.title if self.ticket is None else f"{self.title} runs {_call(self.ticket)}"
        return "\n".join([f"{head} (most recent call first):", *map(_line, self.frames[:_MOST_FRAMES])])


def describe(running: Iterable[Ticket]) -> str:
    """Every call with its stack, in the order given, then all else that runs code of users. Calls of the worker itself are left out.

    Other threads start, end and switch meanwhile: each stack is right by itself, and two of them may be of different moments.
    """
    threads = {thread.ident: thread.name for thread in threading.enumerate()}
    mine = threading.get_ident()
    frames = {ident: _walk(frame) for ident, frame in sys._current_frames().items() if ident != mine}
    calls = list(running)
    by_thread = {call.runner.thread: call for call in calls if call.runner is not None and call.runner.armed is call}
    by_task = {call.task: call for call in calls if call.task is not None}
    stacks, idle = [], []
    for ident, walked in frames.items():
        name = threads.get(ident, str(ident))
        stack = _Stack(f"Thread {name}", _of_users(walked), by_thread.get(ident))
        if stack.ticket is not None or stack.frames:
            stack.frames = stack.frames or walked
            stacks.append(stack)
        else:
            idle.append(name)
    tasks = [task for task in dict.fromkeys((*by_task, *_tasks(frames.values()))) if not task.done()]
    for task in tasks[:_MOST_TASKS]:
        awaited = _awaited(task)
        stacks.append(_Stack(f"Task {task.get_name()}", _of_users(awaited) or awaited, by_task.get(task)))
    order = {id(call): number for number, call in enumerate(calls)}
    stacks.sort(key=lambda stack: order.get(id(stack.ticket), len(order)))
    parts = [] if calls else ["No call runs."]
    parts += (stack.text() for stack in stacks)
    seen = {id(stack.ticket) for stack in stacks} | {id(by_task.get(task)) for task in tasks[_MOST_TASKS:]}
    unseen = [call for call in calls if id(call) not in seen]
    parts += (f"In no thread now, as a stream that waits for its reader: {_call(call)}" for call in unseen)
    if len(tasks) > _MOST_TASKS:
        parts.append(f"{len(tasks) - _MOST_TASKS} more tasks are left out.")
    if idle:
        parts.append(f"In no code of users: {', '.join(sorted(idle))}")
    return clean("\n\n".join(parts), TRACEBACK_CHARACTERS)


def _walk(frame: FrameType | None) -> list[FrameType]:
    frames = []
    while frame is not None:
        frames.append(frame)
        frame = frame.f_back
    return frames


def _of_users(frames: list[FrameType]) -> list[FrameType]:
    """Without the calls around the outermost one that is neither the worker's own nor Python's; empty when there is none."""
    for number in range(len(frames) - 1, -1, -1):
        if _is_users(frames[number].f_code.co_filename):
            return frames[: number + 1]
    return []


def _is_users(file: str) -> bool:
    if file.startswith(_ADAPTERS):
        return True
    if file.startswith(_NOT_USERS):
        return False
    return not file.startswith(_STANDARD) or any(name in file for name in _PACKAGES)


def _tasks(stacks: Iterable[list[FrameType]]) -> Iterator["asyncio.Task[Any]"]:
    """Of every event loop that a thread runs now, the loops of tools too. A loop that is not Python code is not found."""
    for frames in stacks:
        for frame in frames:
            if frame.f_code is asyncio.BaseEventLoop.run_forever.__code__:
                yield from asyncio.all_tasks(frame.f_locals["self"])


def _awaited(task: "asyncio.Task[Any]") -> list[FrameType]:
    """The coroutines of a task, the one that waits first. Task.get_stack shows the outermost alone."""
    frames: list[FrameType] = []
    link: Any = task.get_coro()
    while link is not None:
        for kind, awaits in (("cr", "cr_await"), ("gi", "gi_yieldfrom"), ("ag", "ag_await")):
            if hasattr(link, f"{kind}_frame"):
                frame, link = getattr(link, f"{kind}_frame"), getattr(link, awaits)
                break
        else:
            break  # a future, or the step of a generator, which does not say more
        if frame is None:
            break  # it has ended
        frames.append(frame)
    return frames[::-1]


def _call(ticket: Ticket) -> str:
    seconds = (time.monotonic_ns() - (ticket.started or ticket.received)) / 1e9
    return f"{ticket.execute.tool}, request {ticket.execute.request_id}, for {seconds:.1f} s"


def _line(frame: FrameType) -> str:
    code, number = frame.f_code, frame.f_lineno or frame.f_code.co_firstlineno
    source = linecache.getline(code.co_filename, number, frame.f_globals).strip()
    where = f'  File "{code.co_filename}", line {number} in {getattr(code, "co_qualname", code.co_name)}'
    return f"{where}\n    {source}" if source else where

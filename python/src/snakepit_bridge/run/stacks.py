"""What the threads and coroutines of the worker do now, as text for people. They go on."""

import asyncio
import linecache
import os
import sys
import sysconfig
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, NamedTuple

import grpc

from .tickets import Ticket
from .tracebacks import TRACEBACK_CHARACTERS, clean, function_name, is_ours

_MOST_FRAMES = 100  # of a stack, from the running function outwards, as faulthandler shows
_MOST_TASKS = 100  # a loop may have thousands

_NOT_USERS = (f"{Path(grpc.__file__).parent}{os.sep}", "<frozen ")
_PACKAGES = tuple(f"{os.sep}{name}{os.sep}" for name in ("site-packages", "dist-packages"))
_STANDARD = f"{sysconfig.get_path('stdlib')}{os.sep}"


class _Frame(NamedTuple):
    """Copied while the thread stands there: a frame object would change with it, and keep what it refers to alive."""

    code: CodeType
    line: int
    names: dict[str, Any]

    @staticmethod
    def of(frame: FrameType) -> "_Frame":
        return _Frame(frame.f_code, frame.f_lineno or frame.f_code.co_firstlineno, frame.f_globals)


@dataclass
class _Stack:
    title: str
    frames: list[_Frame]  # the latest call first
    ticket: Ticket | None = None

    def text(self) -> str:
        head = self.title if self.ticket is None else f"{self.title} runs {_call(self.ticket)}"
        return "\n".join([f"{head} (most recent call first):", *map(_line, self.frames[:_MOST_FRAMES])])


def describe(running: Iterable[Ticket], all_tasks: bool = True) -> str:
    """Every call with its stack, in the order given, then all else that runs code of users. Calls of the worker itself are left out.

    Without ``all_tasks`` the coroutines of other calls are left out: a cancel has no time for thousands. Other threads go on meanwhile:
    each stack is right by itself, and two of them may be of different moments.
    """
    names = {thread.ident: thread.name for thread in threading.enumerate()}
    mine = threading.get_ident()
    threads = [(ident, *_walk(frame)) for ident, frame in sys._current_frames().items() if ident != mine]
    calls = list(running)
    by_thread, by_task = _places(calls)
    loops = [loop for _, _, loop in threads if loop is not None]
    stepping = {loop: asyncio.current_task(loop) for loop in loops}  # the stack of such a task is its thread's
    stacks, idle = [], []
    for ident, walked, loop in threads:
        name = names.get(ident, str(ident))
        task = stepping.get(loop) if loop is not None else None
        stack = _Stack(f"Thread {name}", _of_users(walked), by_thread.get(ident) or (by_task.get(task) if task is not None else None))
        if stack.ticket is not None or stack.frames:
            stack.frames = stack.frames or walked
            stacks.append(stack)
        else:
            idle.append(name)
    others = [task for loop in loops for task in asyncio.all_tasks(loop)] if all_tasks else []
    tasks = [task for task in dict.fromkeys((*by_task, *others)) if not task.done() and task not in stepping.values()]
    for task in tasks[:_MOST_TASKS]:
        awaited = _awaited(task)
        stacks.append(_Stack(f"Task {task.get_name()}", _of_users(awaited) or awaited, by_task.get(task)))
    order = {id(call): number for number, call in enumerate(calls)}
    stacks.sort(key=lambda stack: order.get(id(stack.ticket), len(order)))
    parts = [] if calls else ["No call runs."]
    parts += (stack.text() for stack in stacks)
    seen = {id(stack.ticket) for stack in stacks} | {id(by_task.get(task)) for task in tasks[_MOST_TASKS:]}
    parts += (_outside(call) for call in calls if id(call) not in seen)
    if len(tasks) > _MOST_TASKS:
        parts.append(f"{len(tasks) - _MOST_TASKS} more tasks are left out.")
    if idle:
        parts.append(f"In no code of users: {', '.join(sorted(idle))}")
    return clean("\n\n".join(parts), TRACEBACK_CHARACTERS)


def _places(calls: Iterable[Ticket]) -> "tuple[dict[int, Ticket], dict[asyncio.Task[Any], Ticket]]":
    """The calls by the thread that is in their tool, and by their coroutine's task."""
    by_thread, by_task = {}, {}
    for call in calls:
        runner, task = call.runner, call.task  # each is read once: another thread sets it
        if runner is not None and runner.armed is call:
            by_thread[runner.thread] = call
        if task is not None:
            by_task[task] = call
    return by_thread, by_task


def _walk(frame: FrameType | None) -> tuple[list[_Frame], asyncio.AbstractEventLoop | None]:
    """With the event loop that the thread runs, a loop of a tool too. One that is not Python code is not found."""
    frames: list[_Frame] = []
    loop = None
    while frame is not None:
        frames.append(_Frame.of(frame))
        if loop is None and frame.f_code is asyncio.BaseEventLoop.run_forever.__code__:
            loop = frame.f_locals["self"]
        frame = frame.f_back
    return frames, loop


def _of_users(frames: list[_Frame]) -> list[_Frame]:
    """Without the calls around the outermost one that is neither the worker's own nor Python's; empty when there is none."""
    for number in range(len(frames) - 1, -1, -1):
        if _is_users(frames[number].code.co_filename):
            return frames[: number + 1]
    return []


def _is_users(file: str) -> bool:
    if is_ours(file) or file.startswith(_NOT_USERS):
        return False
    return not file.startswith(_STANDARD) or any(name in file for name in _PACKAGES)


def _awaited(task: "asyncio.Task[Any]") -> list[_Frame]:
    """The coroutines of a task, the one that waits first. Task.get_stack shows the outermost alone."""
    frames: list[_Frame] = []
    link: Any = task.get_coro()
    while link is not None and len(frames) < _MOST_FRAMES:
        for kind, awaits in (("cr", "cr_await"), ("gi", "gi_yieldfrom"), ("ag", "ag_await")):
            if hasattr(link, f"{kind}_frame"):
                frame, link = getattr(link, f"{kind}_frame"), getattr(link, awaits)
                break
        else:
            break  # a future, or the step of a generator, which does not say more
        if not isinstance(frame, FrameType):
            break  # it has ended, or is an object of users that has every attribute
        frames.append(_Frame.of(frame))
    return frames[::-1]


def _call(ticket: Ticket) -> str:
    seconds = (time.monotonic_ns() - (ticket.started or ticket.received)) / 1e9
    return f"{ticket.execute.tool}, request {ticket.execute.request_id}, for {seconds:.1f} s"


def _outside(call: Ticket) -> str:
    if call.credit is not None:
        return f"In no thread now, as a stream that waits for its reader: {_call(call)}"
    return f"Not in its tool now, as one that begins, cleans up or has its result written: {_call(call)}"


def _line(frame: _Frame) -> str:
    file = frame.code.co_filename
    source = linecache.getline(file, frame.line, frame.names).strip()
    where = f'  File "{file}", line {frame.line} in {function_name(frame.code)}'
    return f"{where}\n    {source}" if source else where

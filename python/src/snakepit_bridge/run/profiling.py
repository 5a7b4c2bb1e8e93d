"""Samples the stacks of all threads while they go on, and writes them in the file format of speedscope (https://www.speedscope.app)."""

import gzip
import json
import logging
import sys
import threading
import time
from collections.abc import Callable
from types import CodeType, FrameType

from ..version import __version__
from .tracebacks import function_name

_LOG = logging.getLogger(__name__)

_PERIOD_SECONDS = 0.01
_MOST_SHARE = 0.1  # of the time; a worker with very many threads is looked at less often
_MOST_DEPTH = 128  # frames of a stack, from the running function outwards
_MOST_BYTES = 2_500_000  # of the profile; a tenth of it travels, since it is compressed
_FRAME_BYTES, _NUMBER_BYTES, _SAMPLE_BYTES = 32, 4, 24

_SCHEMA = "https://www.speedscope.app/file-format-schema.json"


class _Thread:
    """The samples of one thread. Equal ones that follow each other are one sample with their weight."""

    def __init__(self, name: str, origin: threading.Thread | None, begin: float) -> None:
        self.name = name
        self.origin = origin  # as long as it is held, no other one has its id
        self.begin = begin
        self.samples: list[str] = []
        self.weights: list[float] = []

    def add(self, sample: str, weight: float) -> int:
        """Returns by how many bytes the profile grows."""
        if self.samples and self.samples[-1] == sample:
            self.weights[-1] += weight
            return 0
        self.samples.append(sample)
        self.weights.append(weight)
        return _SAMPLE_BYTES + len(sample)


class _Recorder:
    def __init__(self) -> None:
        self._frames: dict[tuple[CodeType, int], int] = {}
        # The system gives the number of a thread that has ended to the next one.
        self._threads: dict[tuple[int, int], _Thread] = {}
        self.bytes = 0

    def look(self, begin: float, end: float) -> None:
        """What the threads do now is taken for what they have done since ``begin``."""
        mine = threading.get_ident()
        known = {thread.ident: thread for thread in threading.enumerate()}
        seen: set[tuple[int, int]] = set()
        for ident, frame in sys._current_frames().items():
            if ident == mine:
                continue
            key = (ident, id(known[ident]) if ident in known else 0)
            seen.add(key)
            thread = self._threads.get(key)
            if thread is None:
                name = known[ident].name if ident in known else f"thread {ident}"
                thread = self._threads[key] = _Thread(name, known.get(ident), begin)
            self.bytes += thread.add(self._stack(frame), end - begin)
        for key, thread in self._threads.items():
            if key not in seen:
                self.bytes += thread.add("[]", end - begin)  # it has ended

    def _stack(self, frame: FrameType | None) -> str:
        numbers: list[str] = []
        while frame is not None and len(numbers) < _MOST_DEPTH:
            key = (frame.f_code, frame.f_lineno or 0)
            number = self._frames.get(key)
            if number is None:
                number = self._frames[key] = len(self._frames)
                self.bytes += _FRAME_BYTES + len(key[0].co_filename) + len(key[0].co_name)
            numbers.append(str(number))
            frame = frame.f_back
        numbers.reverse()
        return f"[{','.join(numbers)}]"

    def write(self, name: str) -> bytes:
        """Joins texts that are ready: encoding all of it at once would keep the interpreter from the tools."""
        frames = [
            {"name": function_name(code), "file": code.co_filename, "line": line or code.co_firstlineno} for code, line in self._frames
        ]
        main = threading.main_thread().ident
        threads = [thread for _, thread in sorted(self._threads.items(), key=lambda pair: (pair[0][0] != main, pair[1].name))]
        text = (
            f'{{"$schema":"{_SCHEMA}","shared":{{"frames":{json.dumps(frames)}}},'
            f'"profiles":[{",".join(map(_profile, threads))}],'
            f'"name":{json.dumps(name)},"activeProfileIndex":0,"exporter":"snakepit_bridge {__version__}"}}'
        )
        return gzip.compress(text.encode(), compresslevel=6)


def _profile(thread: _Thread) -> str:
    end = thread.begin + sum(thread.weights)
    return (
        f'{{"type":"sampled","name":{json.dumps(thread.name)},"unit":"seconds","startValue":{thread.begin:.6f},'
        f'"endValue":{end:.6f},"samples":[{",".join(thread.samples)}],'
        f'"weights":[{",".join(f"{weight:.6f}" for weight in thread.weights)}]}}'
    )


def take(
    seconds: float,
    name: str,
    sleep: Callable[[float], object] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> bytes:
    """Samples for so long and returns the profile, compressed by gzip. Runs on a thread of its own.

    While native code holds the interpreter, no sample can be taken. That time goes to the line that is seen when the interpreter is free
    again, which is the line that has called the native code.
    """
    recorder = _Recorder()
    start = before = clock()
    cut = ""
    while before - start < seconds:
        began = time.thread_time()
        now = clock()
        recorder.look(before - start, now - start)
        before = now
        if recorder.bytes > _MOST_BYTES:
            cut = f" (cut after {now - start:.0f} s: the profile is full)"
            break
        cost = time.thread_time() - began
        sleep(max(_PERIOD_SECONDS, cost / _MOST_SHARE))
    return recorder.write(name + cut)


class Profiler:
    """Takes one profile at a time: two would slow the tools twice, and see each other."""

    def __init__(self) -> None:
        self._busy = threading.Lock()

    def begin(self, seconds: float, name: str, answer: Callable[[bytes, str], object]) -> None:
        """Answers with the profile, or with a refusal. The lock is taken in the order of the wishes, and released by the thread."""
        if not self._busy.acquire(blocking=False):
            answer(b"", "another profile of it is being taken")
            return
        try:
            threading.Thread(target=self._take, args=(seconds, name, answer), name="snakepit-profile", daemon=True).start()
        except RuntimeError as error:  # no thread can be started
            self._busy.release()
            answer(b"", f"taking it failed: {error}")

    def _take(self, seconds: float, name: str, answer: Callable[[bytes, str], object]) -> None:
        profile, refusal = b"", ""
        try:
            profile = take(seconds, name)
        except Exception as error:  # the silo waits for an answer
            _LOG.exception("no profile could be taken")
            refusal = f"taking it failed with {type(error).__name__}"
        finally:
            self._busy.release()
        answer(profile, refusal)  # behind the release: with the answer the next wish may come

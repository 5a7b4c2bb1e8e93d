"""The executor under gRPC: the handler of the first stream runs on the main thread, all others on side threads."""

import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from queue import SimpleQueue
from typing import Any, ParamSpec, TypeVar

_P = ParamSpec("_P")
_T = TypeVar("_T")


class MainThreadFirst(Executor):
    """Runs the handler of the work stream, which calls the tools, on the main thread.

    Libraries and signals expect tools there, and handing each request over to it would cost 37 µs. With ``use_main=False`` every job runs
    on a side thread.
    """

    def __init__(self, use_main: bool) -> None:
        self._jobs: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._main_free = [True] if use_main else []  # popped by the job that takes the main thread

    def submit(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> "Future[_T]":
        future: Future[_T] = Future()

        def job() -> None:
            _run(future, fn, args, kwargs)

        try:
            self._main_free.pop()
        except IndexError:
            threading.Thread(target=job, name="snakepit-stream", daemon=True).start()
        else:
            self._jobs.put(job)
        return future

    def run_main(self) -> None:
        """Runs jobs on the calling thread until released."""
        while (job := self._jobs.get()) is not None:
            job()
            self._main_free.append(True)

    def release(self) -> None:
        self._jobs.put(None)


def _run(future: "Future[Any]", fn: Callable[..., Any], args: Any, kwargs: Any) -> None:
    future.set_running_or_notify_cancel()
    try:
        result = fn(*args, **kwargs)
    except BaseException as error:
        future.set_exception(error)
    else:
        future.set_result(result)

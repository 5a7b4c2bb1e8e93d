"""Adapters for several threads. What they share belongs to their class, because an instance lives for one request only."""

import functools
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from ..adapter import ToolMetadata, tool
from .base_adapter import BaseAdapter

__all__ = [
    "RequestTracker",
    "ThreadLocalStorage",
    "ThreadSafeAdapter",
    "ToolMetadata",
    "require_thread_safe",
    "thread_safe_method",
    "tool",
    "validate_thread_safety",
]

_F = TypeVar("_F", bound=Callable[..., Any])

_LOG = logging.getLogger("snakepit.bridge.threads")


class ThreadLocalStorage:
    """Values that each thread has for itself."""

    def __init__(self) -> None:
        self._local = threading.local()

    def get(self, key: str, default: Any = None) -> Any:
        return self._local.__dict__.get(key, default)

    def set(self, key: str, value: Any) -> None:
        self._local.__dict__[key] = value

    def delete(self, key: str) -> None:
        self._local.__dict__.pop(key, None)

    def clear(self) -> None:
        self._local.__dict__.clear()


class RequestTracker:
    """Counts requests, and those that run on each thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._total = 0
        self._active: dict[int, int] = {}
        self._seen: set[int] = set()

    def start_request(self, thread_id: int | None = None) -> int:
        thread = thread_id or threading.get_ident()
        with self._lock:
            self._total += 1
            self._active[thread] = self._active.get(thread, 0) + 1
            self._seen.add(thread)
            return self._total

    def end_request(self, thread_id: int | None = None) -> None:
        thread = thread_id or threading.get_ident()
        with self._lock:
            left = self._active.get(thread, 0) - 1
            if left > 0:
                self._active[thread] = left
            else:
                self._active.pop(thread, None)

    def get_stats(self) -> dict[str, Any]:
        with self._lock:
            return {
                "total_requests": self._total,
                "active_threads": len(self._active),
                "total_active_requests": sum(self._active.values()),
                "threads_seen": len(self._seen),
            }


class ThreadSafeAdapter(BaseAdapter):
    """``acquire_lock()`` excludes every other request of the same class in this worker, and thread-local values stay from one request
    to the next on the same thread."""

    __thread_safe__ = True

    _lock: Any = threading.RLock()
    _thread_local = ThreadLocalStorage()
    _tracker = RequestTracker()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls._lock, cls._thread_local, cls._tracker = threading.RLock(), ThreadLocalStorage(), RequestTracker()

    @contextmanager
    def acquire_lock(self) -> Iterator[None]:
        with self._lock:
            yield

    def get_thread_local(self, key: str, default: Any = None) -> Any:
        return self._thread_local.get(key, default)

    def set_thread_local(self, key: str, value: Any) -> None:
        self._thread_local.set(key, value)

    def clear_thread_local(self, key: str | None = None) -> None:
        if key is None:
            self._thread_local.clear()
        else:
            self._thread_local.delete(key)

    def get_stats(self) -> dict[str, Any]:
        """Counts the requests of this class in this worker."""
        return {"adapter_class": type(self).__name__, "thread_safe": self.__thread_safe__, "tracker": self._tracker.get_stats()}

    @contextmanager
    def track_request(self, request_id: str | None = None) -> Iterator[int]:
        number = self._tracker.start_request()
        try:
            yield number
        finally:
            self._tracker.end_request()


def thread_safe_method(function: _F) -> _F:
    """Counts the calls of a method of a ``ThreadSafeAdapter``, and logs how long each took at level debug. It takes no lock."""

    @functools.wraps(function)
    def around(self: Any, *args: Any, **kwargs: Any) -> Any:
        if not isinstance(self, ThreadSafeAdapter):
            return function(self, *args, **kwargs)
        begun = time.monotonic()
        with self.track_request() as number:
            try:
                return function(self, *args, **kwargs)
            finally:
                _LOG.debug("request %d: %s took %.3f s", number, function.__name__, time.monotonic() - begun)

    setattr(around, "__thread_safe__", True)  # noqa: B010 - functions have no such attribute for type checkers
    return around  # type: ignore[return-value]


def require_thread_safe(function: _F) -> _F:
    """Raises ``ValueError`` unless the first argument is an adapter that says ``__thread_safe__ = True``."""

    @functools.wraps(function)
    def around(adapter: Any, *args: Any, **kwargs: Any) -> Any:
        if not getattr(adapter, "__thread_safe__", False):
            raise ValueError(f"Adapter {type(adapter).__name__} does not declare __thread_safe__ = True. Declare it if the code is safe.")
        return function(adapter, *args, **kwargs)

    return around  # type: ignore[return-value]


def validate_thread_safety(adapter_class: type) -> bool:
    return getattr(adapter_class, "__thread_safe__", False) is True

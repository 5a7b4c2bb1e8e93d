"""Two adapters, one for each pool of ``snakepit.json``."""

import threading
from typing import Any

from snakepit_bridge import BaseAdapter, tool


class MainAdapter(BaseAdapter):
    @tool(idempotent=True)
    def count_words(self, text: str) -> int:
        return len(text.split())


class MLAdapter(BaseAdapter):
    __thread_safe__ = True  # its tools run on several threads of one process at once

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._scored = 0

    @tool
    def score(self, values: list[float]) -> dict[str, Any]:
        with self._lock:
            self._scored += 1
            scored = self._scored
        return {"score": sum(values) / max(len(values), 1), "calls": scored}

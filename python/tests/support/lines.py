"""A worker's output, read in the background."""

import threading
from typing import Any

LIMIT = 30.0  # seconds; every wait of the tests ends then


class Lines:
    """A pipe read line by line in the background, so that the writer never blocks."""

    def __init__(self, pipe: Any, what: str) -> None:
        self.what = what
        self.seen: list[str] = []
        self._changed = threading.Condition()
        self._ended = False
        self._thread = threading.Thread(target=self._read, args=(pipe,), daemon=True)
        self._thread.start()

    def _read(self, pipe: Any) -> None:
        with pipe:
            for line in pipe:
                with self._changed:
                    self.seen.append(line.decode("utf-8", "replace").rstrip("\n"))
                    self._changed.notify_all()
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def wait_for(self, text: str) -> str:
        def find() -> str | None:
            return next((line for line in self.seen if text in line), None)

        with self._changed:
            self._changed.wait_for(lambda: find() is not None or self._ended, LIMIT)
            found = find()
        assert found is not None, f"{self.what} had no line with {text!r} within {LIMIT} s, but: {self.seen}"
        return found

    def all(self) -> list[str]:
        self._thread.join(LIMIT)
        assert not self._thread.is_alive(), f"{self.what} was not closed within {LIMIT} s; so far: {self.seen}"
        return self.seen

"""Events of adapters on their way to the silo: what any thread emits, and what the writer of the control stream takes."""

import logging
from collections import deque
from collections.abc import Callable, Mapping
from itertools import islice
from typing import Any, NamedTuple

_LOG = logging.getLogger("snakepit.telemetry")

MOST_WAITING = 1024  # events that the silo has not been sent yet; a tool that emits faster loses the newest
MOST_PAIRS = 20  # measurements of an event, and texts of it
LONGEST_NAME = 200
LONGEST_TEXT = 200


class Event(NamedTuple):
    name: str
    measurements: dict[str, float]
    attributes: dict[str, str]
    traceparent: str
    request_id: int


def make_event(
    name: str, measurements: Mapping[str, Any], metadata: Mapping[str, Any], traceparent: str = "", request_id: int = 0
) -> Event:
    """Numbers are measurements, whatever else a measurement is becomes text. What is too long or too much is cut, never refused."""
    numbers, texts = {}, {}
    for key, value in measurements.items():
        try:
            numbers[str(key)[:LONGEST_NAME]] = float(value)
        except (TypeError, ValueError, OverflowError):
            texts[str(key)[:LONGEST_NAME]] = str(value)[:LONGEST_TEXT]
    texts.update((str(key)[:LONGEST_NAME], str(value)[:LONGEST_TEXT]) for key, value in metadata.items())
    return Event(
        str(name)[:LONGEST_NAME],
        dict(islice(numbers.items(), MOST_PAIRS)),
        dict(islice(texts.items(), MOST_PAIRS)),
        traceparent,
        request_id,
    )


class EventQueue:
    """Waiting events. Takes no lock, because an interruption of the tool may hit anywhere in here."""

    def __init__(self) -> None:
        self._waiting: deque[Event] = deque()
        self._dropped = 0

    def add(self, event: Event) -> bool:
        """False when too many wait; the first loss is a warning in the log."""
        if len(self._waiting) < MOST_WAITING:
            self._waiting.append(event)
            return True
        self._dropped += 1
        if self._dropped == 1:
            _LOG.warning("telemetry '%s' is dropped: %d events wait to be sent. Emit fewer.", event.name, MOST_WAITING)
        return False

    def write(self, frame: Any) -> None:
        """Adds every waiting event to the frame. Only one thread calls it."""
        while self._waiting:
            event = self._waiting.popleft()
            body = frame.items.add().telemetry
            body.name = event.name
            body.measurements.update(event.measurements)
            body.attributes.update(event.attributes)
            body.traceparent = event.traceparent
            body.request_id = event.request_id


_send: Callable[[Event], None] | None = None


def connect(send: Callable[[Event], None]) -> None:
    """Events of this process go there from now on. Called once, by the worker."""
    global _send
    _send = send


def send(event: Event) -> None:
    """Does nothing in a process that is no worker, for example in tests of an adapter."""
    if _send is not None:
        _send(event)

"""Events of adapters on their way to the silo: what any thread emits, and what the writer of the control stream takes."""

import logging
from collections import deque
from collections.abc import Callable, Mapping
from itertools import islice
from typing import Any, NamedTuple

_LOG = logging.getLogger("snakepit.telemetry")

MOST_WAITING = 1024  # events that the silo has not been sent yet; a tool that emits faster loses the newest
MOST_OF_A_FRAME = 32  # events beside which a sign of life waits; 32 of the largest are less than 1 MiB
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
    numbers: dict[str, float] = {}
    texts = {_text(key, LONGEST_NAME): _text(value, LONGEST_TEXT) for key, value in metadata.items()}
    for key, value in measurements.items():
        try:
            numbers[_text(key, LONGEST_NAME)] = float(value)
        except Exception:  # libraries raise what they like
            texts.setdefault(_text(key, LONGEST_NAME), _text(value, LONGEST_TEXT))
    return Event(
        _text(name, LONGEST_NAME),
        dict(islice(numbers.items(), MOST_PAIRS)),
        dict(islice(texts.items(), MOST_PAIRS)),
        traceparent,
        request_id,
    )


def _text(value: Any, limit: int) -> str:
    """As protobuf can carry it: lone surrogates are escaped."""
    try:
        return str(value).encode("utf-8", "backslashreplace").decode()[:limit]
    except Exception:
        return f"<{type(value).__name__}>"


class EventQueue:
    """Waiting events. ``add`` takes no lock, because an interruption of the tool may hit anywhere in it."""

    def __init__(self) -> None:
        self._waiting: deque[Event] = deque()
        self._dropped = 0
        self._told = 0

    def add(self, event: Event) -> bool:
        """False when too many wait."""
        if len(self._waiting) < MOST_WAITING:
            self._waiting.append(event)
            return True
        self._dropped += 1
        return False

    def write(self, frame: Any) -> bool:
        """Adds waiting events to the frame, but not more than it can take beside other items; True when some are left.

        Only one thread calls it. The first loss of events, and every thousandth, is a warning in the log.
        """
        for _ in range(MOST_OF_A_FRAME):
            if not self._waiting:
                break
            event = self._waiting.popleft()
            body = frame.items.add().telemetry
            body.name = event.name
            body.measurements.update(event.measurements)
            body.attributes.update(event.attributes)
            body.traceparent = event.traceparent
            body.request_id = event.request_id
        if self._dropped and (self._told == 0 or self._dropped >= self._told + 1000):
            self._told = self._dropped
            _LOG.warning("%d events of telemetry were dropped: %d waited to be sent. Emit fewer.", self._told, MOST_WAITING)
        return bool(self._waiting)


_send: Callable[[Event], None] | None = None


def connect(send: Callable[[Event], None]) -> None:
    """Events of this process go there from now on. Called once, by the worker."""
    global _send
    _send = send


def send(event: Event) -> None:
    """Does nothing in a process that is no worker, for example in tests of an adapter."""
    if _send is not None:
        _send(event)

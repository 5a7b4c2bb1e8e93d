"""The handshake: what a Hello has to show, and that each kind of stream opens once. The same for both carriers."""

import hmac
import logging
import secrets
from collections.abc import Container
from typing import Any, NamedTuple

from ..boot.startup import Settings
from ..codec import wire
from ..run.tools import ToolTable
from .outgoing import welcome

HELLO_SECONDS = 10.0

NO_HELLO = "The first item of a stream must be Hello."

_LOG = logging.getLogger(__name__)


class Refusal(NamedTuple):
    code: str  # name of a gRPC status
    message: str


class Expected(NamedTuple):
    """What one carrier asks of a Hello."""

    token: str
    generation: int
    kinds: Container[int]


def check(hello: Any, expected: Expected, free: Container[int]) -> Refusal | None:
    """Why this Hello is turned away. ``free`` holds the kinds of stream that nobody has opened."""
    if not hmac.compare_digest(hello.silo_token.encode(), expected.token.encode()):
        return Refusal("UNAUTHENTICATED", "The token is not the one that this worker expects.")
    if hello.protocol < 1:
        return Refusal("FAILED_PRECONDITION", "Hello names no protocol; this worker speaks version 1.")
    if hello.generation != expected.generation:
        message = f"This worker is of generation {expected.generation}, Hello is for {hello.generation}."
        return Refusal("FAILED_PRECONDITION", message)
    if hello.stream not in (wire.STREAM_WORK, wire.STREAM_CONTROL):
        return Refusal("INVALID_ARGUMENT", f"Stream kind {hello.stream} is neither WORK nor CONTROL.")
    if hello.stream not in expected.kinds:
        return Refusal("FAILED_PRECONDITION", f"Stream kind {hello.stream} belongs to this worker's other endpoint.")
    if hello.stream == wire.STREAM_CONTROL and wire.STREAM_WORK in free:
        return Refusal("FAILED_PRECONDITION", "The WORK stream attaches before CONTROL.")
    if hello.stream not in free:
        return Refusal("ALREADY_EXISTS", "This stream is attached already; a token opens each kind once.")
    return None


class Handshake:
    """Shared by the carriers of one worker."""

    def __init__(self, settings: Settings, generation: int, table: ToolTable, framed: bool) -> None:
        self._settings = settings
        self._generation = generation
        self._table = table
        self._free = {wire.STREAM_WORK: True, wire.STREAM_CONTROL: True}  # popped by the one stream of each kind
        # Only the peer of the framed stream, whose process the kernel names, can know the token for the other one.
        self._control_token = secrets.token_hex(16) if framed else ""
        every = (wire.STREAM_WORK, wire.STREAM_CONTROL)
        if framed:
            self.by_socket = Expected(settings.silo_token, generation, (wire.STREAM_WORK,))
            self.by_grpc = Expected(self._control_token, generation, (wire.STREAM_CONTROL,))
        else:
            self.by_grpc = Expected(settings.silo_token, generation, every)

    def is_free(self, kind: int) -> bool:
        return kind in self._free

    def reason(self, hello: Any, expected: Expected) -> Refusal | None:
        return check(hello, expected, self._free)

    def enter(self, hello: Any, expected: Expected) -> Refusal | None:
        """Takes the stream for the caller, or says why not."""
        refusal = self.reason(hello, expected)
        if refusal is None and self._free.pop(hello.stream, None) is None:
            refusal = self.reason(hello, expected)  # another one was quicker
        if refusal is not None:
            _LOG.warning("a stream was turned away: %s", refusal.message)
        return refusal

    def welcome(self, kind: int) -> Any:
        settings, is_work = self._settings, kind == wire.STREAM_WORK
        table = self._table if is_work else None
        frame = welcome(settings.worker_token, self._generation, settings.capacity, table)
        if is_work:
            frame.items[0].welcome.control_token = self._control_token
        return frame

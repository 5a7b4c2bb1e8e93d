"""The handshake, the same for both carriers: what a Hello has to show, and that each kind of stream opens once."""

import hmac
import logging
import secrets
from collections.abc import Callable, Container
from typing import Any, NamedTuple

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
    """Returns why the worker refuses this Hello, or None. ``free`` holds the kinds of stream that are not open yet."""
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


class Introduction(NamedTuple):
    """What silo and worker show each other."""

    silo_token: str
    worker_token: str
    generation: int
    capacity: int


class Handshake:
    """Shared by the carriers of one worker."""

    def __init__(self, mine: Introduction, table: ToolTable, framed: bool, work_opens: Callable[[], None]) -> None:
        """``work_opens`` is called before the silo hears that its work stream is open."""
        self._mine = mine
        self._work_opens = work_opens
        self._table = table
        self._free = {wire.STREAM_WORK: True, wire.STREAM_CONTROL: True}  # the one stream of each kind pops its entry
        # The control stream goes by gRPC, which does not show its peer. The peer of the framed stream has been checked by the kernel,
        # so the token for the control stream is made here and sent to that peer alone.
        self._control_token = secrets.token_hex(16) if framed else ""
        every = (wire.STREAM_WORK, wire.STREAM_CONTROL)
        if framed:
            self.by_socket = Expected(mine.silo_token, mine.generation, (wire.STREAM_WORK,))
            self.by_grpc = Expected(self._control_token, mine.generation, (wire.STREAM_CONTROL,))
        else:
            self.by_grpc = Expected(mine.silo_token, mine.generation, every)

    def is_free(self, kind: int) -> bool:
        return kind in self._free

    def reason(self, hello: Any, expected: Expected) -> Refusal | None:
        return check(hello, expected, self._free)

    def enter(self, hello: Any, expected: Expected) -> Refusal | None:
        """Takes the stream for the caller, or says why not."""
        refusal = self.reason(hello, expected)
        if refusal is None and self._free.pop(hello.stream, None) is None:
            refusal = self.reason(hello, expected)  # another stream of this kind entered in between
        if refusal is not None:
            _LOG.warning("a stream was turned away: %s", refusal.message)
        elif hello.stream == wire.STREAM_WORK:
            self._work_opens()
        return refusal

    def welcome(self, kind: int) -> Any:
        mine, is_work = self._mine, kind == wire.STREAM_WORK
        table = self._table if is_work else None
        frame = welcome(mine.worker_token, mine.generation, mine.capacity, table)
        if is_work:
            frame.items[0].welcome.control_token = self._control_token
        return frame

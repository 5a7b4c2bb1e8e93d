"""The control stream: what must get through while a tool is busy. Runs on side threads."""

import logging
import threading
from collections.abc import Callable, Generator, Iterable
from functools import partial
from typing import Any, Protocol

from ..codec import wire
from ..run import profiling
from ..run.interrupt import interrupt
from ..run.levels import RunTimeLevel
from ..run.stacks import describe
from ..run.tickets import Key, Ticket
from ..work.ledger import Ledger
from .outbox import ControlOutbox

_LOG = logging.getLogger(__name__)

class Droppable(Protocol):
    def drop(self, ticket: Ticket) -> bool:
        """Takes a waiting request out and answers it; False when it is no longer waiting."""


class Control:
    def __init__(
        self, ledger: Ledger, outbox: ControlOutbox, work: Droppable, leaving: Callable[[str], None]
    ) -> None:
        self._ledger = ledger
        self._leaving = leaving
        self._outbox = outbox
        self._work = work
        self._profiler = profiling.Profiler()
        self._log_level = RunTimeLevel()

    def serve(self, frames: Iterable[Any]) -> Generator[Any, None, None]:
        self._outbox.stream_opens()
        threading.Thread(target=self._read, args=(frames,), name="snakepit-control", daemon=True).start()
        yield from self._outbox.frames()

    def _read(self, frames: Iterable[Any]) -> None:
        try:
            for frame in frames:
                for item in frame.items:
                    self._handle(item)
        except Exception:  # grpc ends a broken stream with a bare exception
            _LOG.debug("control stream ended", exc_info=True)
        self._outbox.close()

    def _handle(self, item: Any) -> None:
        kind = item.WhichOneof("item")
        try:
            if kind == "ping":
                self._ping(item.ping)
            elif kind == "cancel":
                body = item.cancel
                self.cancel((body.generation, body.request_id, body.attempt), body.reason)
            elif kind == "credit":
                body = item.credit
                self._ledger.grant((body.generation, body.request_id, body.attempt), body.chunks, body.taken_bytes)
            elif kind == "drain":
                self._leaving(item.drain.reason)
                self._ledger.drain(tell=True)
            elif kind == "profile":
                wish = item.profile
                self._profiler.begin(wish.milliseconds / 1000, wish.name, partial(self._outbox.profiled, wish.nonce))
            elif kind == "stacks":
                self._outbox.stacks(item.stacks.nonce, describe(self._ledger.running.values()))
            elif kind == "log_level":
                self._log_level.change(item.log_level.level)
            # Anything else belongs to capabilities that this worker does not offer.
        except Exception:  # an item that fails must not end the stream that cancels runaway tools
            _LOG.exception("control item '%s' failed", kind)

    def _ping(self, ping: Any) -> None:
        item = wire.FromWorkerItem()
        item.pong.nonce = ping.nonce
        item.pong.SetInParent()  # a nonce of 0 alone would leave the item unset
        self._outbox.put(item)

    def cancel(self, key: Key, reason: int) -> None:
        ticket = self._ledger.cancel(key, reason)
        if ticket is None:
            return
        if not self._work.drop(ticket):
            ticket.stacks = _stacks_of(ticket)
            interrupt(ticket)
        self._ledger.acknowledge_if_settled(key)


def _stacks_of(ticket: Ticket) -> str:
    """Describing runs code of users, such as an import's loader. Whatever that does, the tool is interrupted."""
    try:
        return describe([ticket], all_tasks=False)
    except Exception:
        _LOG.exception("the stacks of a call that is stopped cannot be described")
        return ""

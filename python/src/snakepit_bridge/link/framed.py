"""The framed carrier: the work stream on a unix socket of its own, for the one process that started this worker.

A gRPC message costs Python more time than most tools take. The control stream stays with gRPC, because it carries few messages.
"""

import contextlib
import itertools
import logging
import select
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

from ..codec import wire
from .attach import Stream
from .framing import BrokenFrame, read_frames, write_frame
from .handshake import HELLO_SECONDS, NO_HELLO, Handshake
from .peer import Peer, peer_of

_LOG = logging.getLogger(__name__)


class FramedWork:
    def __init__(
        self, listener: socket.socket, silo: Peer, handshake: Handshake, limit: int, work: Stream
    ) -> None:
        self._listener = listener
        self._silo = silo
        self._handshake = handshake
        self._limit = limit
        self._work = work
        self._connection: socket.socket | None = None
        self._closed = False
        self._broken: BrokenFrame | None = None

    def run(self, remove_path: Callable[[], None], ended: Callable[[], None]) -> None:
        """Accepts the silo's connection and serves it until either side closes it. Calls ``ended`` in every case."""
        try:
            frames = self._accept()
            remove_path()
            connection = self._connection
            if frames is not None and connection is not None:
                threading.Thread(target=_watch, args=(connection, ended), name="snakepit-link", daemon=True).start()
                with contextlib.closing(connection):
                    self._serve(connection, frames)
                    _shut(connection)  # ends the stream; close() alone does not while the watch polls the socket
        except Exception:
            _LOG.exception("the work stream ended")
        finally:
            ended()

    def close(self) -> None:
        """Makes ``run`` return, whether it accepts, reads or writes."""
        self._closed = True
        for sock in (self._listener, self._connection):
            if sock is not None:
                _shut(sock)

    def _accept(self) -> "Iterator[Any] | None":
        """The silo's frames from its Hello on; None when the worker stops before it came."""
        with contextlib.closing(self._listener):
            while not self._closed:
                try:
                    connection, _ = self._listener.accept()
                except OSError:
                    return None  # shut down
                try:
                    frames = self._greet(connection)
                except (OSError, ValueError) as error:  # ValueError: a text that is no UTF-8 shows when it is read
                    _LOG.warning("a connection to the work socket broke in its handshake: %s", error)
                    frames = None
                if frames is not None:
                    self._connection = connection
                    if self._closed:
                        self.close()  # the first close() ran before there was a connection to shut
                    return frames
                connection.close()
        return None

    def _greet(self, connection: socket.socket) -> "Iterator[Any] | None":
        peer = peer_of(connection)
        if peer != self._silo:
            _LOG.warning(
                "process %s of user %s is not the silo (process %s of user %s); its connection to the work socket is closed",
                *peer, *self._silo,
            )  # fmt: skip
            return None
        connection.settimeout(HELLO_SECONDS)
        frames = read_frames(connection, self._limit)
        try:
            first = next(frames, None)
        except BrokenFrame as error:
            _LOG.warning("a connection to the work socket is closed: %s", error)
            _refuse(connection, str(error))
            return None
        if first is None or not first.items or not first.items[0].HasField("hello"):
            _refuse(connection, NO_HELLO)
            return None
        hello = first.items[0].hello
        refusal = self._handshake.enter(hello, self._handshake.by_socket)
        if refusal is not None:
            _refuse(connection, refusal.message)
            return None
        write_frame(connection, self._handshake.welcome(hello.stream))
        connection.settimeout(None)
        # Items after Hello in the same frame count; Hello itself is ignored there.
        return itertools.chain([first], frames) if len(first.items) > 1 else frames

    def _serve(self, connection: socket.socket, frames: Iterator[Any]) -> None:
        with contextlib.closing(self._work.serve(self._until_broken(frames))) as answers:
            try:
                for answer in answers:
                    write_frame(connection, answer)
                if self._broken is not None:
                    _refuse(connection, str(self._broken))
            except OSError:
                _LOG.debug("work stream ended", exc_info=True)

    def _until_broken(self, frames: Iterator[Any]) -> Iterator[Any]:
        try:
            yield from frames
        except BrokenFrame as error:
            self._broken = error  # _serve sends it to the silo: only one thread writes
            _LOG.error("the work stream is closed: %s", error)
        except OSError:
            _LOG.debug("work stream ended", exc_info=True)


def _refuse(connection: socket.socket, message: str) -> None:
    frame = wire.FromWorker()
    failure = frame.items.add().failure
    failure.kind = wire.REFUSED
    failure.message = message
    write_frame(connection, frame)


def _shut(sock: socket.socket) -> None:
    with contextlib.suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)


def _watch(connection: socket.socket, ended: Callable[[], None]) -> None:
    """Notices the end of the stream while the thread that reads it runs a tool. Frames do not wake this thread."""
    with contextlib.suppress(OSError, ValueError):
        poll = select.poll()
        poll.register(connection, select.POLLRDHUP)
        poll.poll()
    ended()

"""Frames on a socket: a length of four bytes, little-endian, and a message of that length."""

import socket
import struct
from collections.abc import Iterator
from typing import Any

from ..codec import wire

OVERHEAD_BYTES = 1 << 20  # room in a frame for what is not payload

_LENGTH = struct.Struct("<I")
_HEAD = _LENGTH.size
_CHUNK = 16 << 10
_WAIT_ALL = getattr(socket, "MSG_WAITALL", 0)


class BrokenFrame(Exception):
    """The bytes are no frame of the link. There is no way to find the next frame after them."""


def read_frames(sock: socket.socket, limit: int) -> Iterator[Any]:
    """Yields messages until the other end closes. Raises BrokenFrame, or OSError when the connection breaks."""
    receive, unpack, parse = sock.recv, _LENGTH.unpack_from, wire.ToWorker.FromString
    data = b""
    while True:
        while len(data) < _HEAD:
            chunk = receive(_CHUNK)
            if not chunk:
                if data:
                    raise BrokenFrame(f"The stream ended after {len(data)} of the {_HEAD} bytes of a length.")
                return
            data = data + chunk if data else chunk
        (size,) = unpack(data)
        if size > limit:
            raise BrokenFrame(f"A frame of {size} bytes was announced; the limit is {limit}.")
        end = _HEAD + size
        if len(data) < end:
            body, data = _rest(sock, data, end), b""
        else:
            body, data = data[_HEAD:end], data[end:]
        try:
            frame = parse(body)
        except Exception as error:  # DecodeError, or whatever else a parser in C answers to garbage (protobuf 4.21: SystemError)
            raise BrokenFrame(f"A frame of {size} bytes is no message: {error}") from error
        yield frame


def write_frame(sock: socket.socket, frame: Any) -> None:
    body = frame.SerializeToString()
    head = _LENGTH.pack(len(body))
    if len(body) < _CHUNK:
        sock.sendall(head + body)
    else:  # one more system call is cheaper than one more copy
        sock.sendall(head)
        sock.sendall(body)


def _rest(sock: socket.socket, data: bytes, end: int) -> bytes:
    parts, missing = [data[_HEAD:]], end - len(data)
    while missing:
        chunk = sock.recv(missing, _WAIT_ALL)  # returns with less when a signal comes
        if not chunk:
            raise BrokenFrame(f"The stream ended {missing} bytes before the end of a frame of {end - _HEAD} bytes.")
        parts.append(chunk)
        missing -= len(chunk)
    return b"".join(parts)

"""The process at the other end of a unix socket, as the kernel reports it."""

import socket
import struct
from typing import NamedTuple

SUPPORTED = hasattr(socket, "SO_PEERCRED") and hasattr(socket, "AF_UNIX")

_UCRED = struct.Struct("=iII")  # pid, uid, gid: struct ucred of unix(7)


class Peer(NamedTuple):
    pid: int
    uid: int


def peer_of(sock: socket.socket) -> Peer:
    pid, uid, _ = _UCRED.unpack(sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _UCRED.size))
    return Peer(pid, uid)

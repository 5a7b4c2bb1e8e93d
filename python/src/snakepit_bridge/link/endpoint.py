"""Where a worker listens: a unix socket in the silo's private directory, or a TCP port of the loopback address."""

import contextlib
import os
import socket
from collections.abc import Callable
from typing import Any

_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
_PATH_BYTES = 107  # sun_path holds 108 with the closing zero
_WORK_SUFFIX = ".w"
_BACKLOG = 8


class CannotListen(Exception):
    """The endpoint is wrong or cannot be bound."""


def bind(server: Any, endpoint: str) -> tuple[str, Callable[[], None]]:
    """Returns the endpoint as the silo should dial it, and a function that removes it."""
    kind, _, rest = endpoint.partition(":")
    if kind == "unix" and rest:
        return _bind_unix(server, rest.removeprefix("//"))
    host, _, port = rest.rpartition(":")
    if kind == "tcp" and host in _LOOPBACK and port.isdigit():
        bound = _add_port(server, f"{host}:{port}", endpoint)
        return f"tcp:{host}:{bound}", _nothing
    raise CannotListen(f"Endpoint '{endpoint}' is neither unix:/path nor tcp:127.0.0.1:port.")


def bind_work(endpoint: str) -> tuple[socket.socket, str, Callable[[], None]]:
    """The framed work stream's own socket, beside a unix endpoint."""
    path = endpoint.partition(":")[2].removeprefix("//") + _WORK_SUFFIX
    _check_path(path)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        listener.bind(path)
        remove = _make_private(path)
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        raise CannotListen(f"Cannot listen on 'unix:{path}': {error}") from error
    return listener, f"unix:{path}", remove


def _bind_unix(server: Any, path: str) -> tuple[str, Callable[[], None]]:
    _check_path(path)
    _add_port(server, f"unix:{path}", f"unix:{path}")
    return f"unix:{path}", _make_private(path)


def _check_path(path: str) -> None:
    length = len(os.fsencode(path))
    if length > _PATH_BYTES:
        raise CannotListen(
            f"Socket path '{path}' has {length} bytes, the limit is {_PATH_BYTES}. Use a shorter runtime dir."
        )
    if os.path.lexists(path):
        # gRPC would delete a socket that is there, and it may belong to another process.
        raise CannotListen(
            f"Socket path '{path}' is taken: something of user {os.lstat(path).st_uid} is there already. Remove it."
        )


def _make_private(path: str) -> Callable[[], None]:
    """Returns a function that removes the path."""
    os.chmod(path, 0o600)
    owner = os.getpid()

    def remove() -> None:
        if os.getpid() == owner:  # not in a forked child
            with contextlib.suppress(FileNotFoundError):
                os.unlink(path)

    return remove


def _add_port(server: Any, address: str, endpoint: str) -> int:
    try:
        port: int = server.add_insecure_port(address)
    except RuntimeError as error:
        raise CannotListen(f"Cannot listen on '{endpoint}': {error}") from error
    if port == 0:  # older versions of grpcio return 0 instead of raising
        raise CannotListen(f"Cannot listen on '{endpoint}': the address cannot be bound.")
    return port


def _nothing() -> None:
    pass

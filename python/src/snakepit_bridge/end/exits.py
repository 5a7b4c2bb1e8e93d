"""Exit codes: what the host learns from the way a worker ends (sysexits.h where one fits)."""

from enum import IntEnum


class Exit(IntEnum):
    STOPPED = 0
    USAGE = 64  # command line or first line of stdin is wrong
    ADAPTER = 66  # the adapter cannot be imported or constructed
    DEPENDENCIES = 69  # grpcio, protobuf or link.binpb is missing or too old
    ORPHAN = 70  # the parent was already gone when the worker started
    LISTEN = 71  # the endpoint cannot be bound
    HOST_GONE = 75  # stdin reached its end; normally the group's SIGKILL is seen instead
    FORCED = 143  # asked to stop, but something did not finish in time

"""Exit codes, by which the silo tells apart the ways in which a worker ends (numbers of sysexits.h where one fits)."""

from enum import IntEnum


class Exit(IntEnum):
    STOPPED = 0
    USAGE = 64  # command line or first line of stdin is wrong
    ADAPTER = 66  # the adapter cannot be imported or constructed
    DEPENDENCIES = 69  # grpcio, protobuf or link.binpb is missing or too old
    ORPHAN = 70  # the silo was gone before the worker had started
    LISTEN = 71  # the endpoint cannot be bound
    HOST_GONE = 75  # stdin has ended; normally the SIGKILL to the worker's group ends the process first
    FORCED = 143  # a request, a hook or a thread did not end in time after the request to stop

"""Message classes and numbers of the link, made at run time from the compiled contract.

No generated code: it would tie the worker to the protobuf version of the machine that generated it.
"""

from pathlib import Path
from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

# Type checkers cannot know classes that are made at run time. Their objects are Any everywhere.
Message = Any

_FILE = Path(__file__).parent.with_name("link.binpb")
_PACKAGE = "snakepit.v1"

SERVICE = f"{_PACKAGE}.WorkerLink"


def _load() -> Any:
    try:
        data = _FILE.read_bytes()
    except FileNotFoundError as error:
        raise FileNotFoundError(
            f"The compiled link contract {_FILE} is missing. Make it in the repository's python folder: protoc "
            "-I ../protos --include_imports --descriptor_set_out=src/snakepit_bridge/link.binpb "
            "../protos/snakepit/v1/link.proto"
        ) from error
    pool = descriptor_pool.DescriptorPool()
    for file in descriptor_pb2.FileDescriptorSet.FromString(data).file:
        pool.AddSerializedFile(file.SerializeToString())
    return pool


_POOL = _load()


def _message(name: str) -> Message:
    descriptor = _POOL.FindMessageTypeByName(f"{_PACKAGE}.{name}")
    if hasattr(message_factory, "GetMessageClass"):  # protobuf 4.22 and newer
        return message_factory.GetMessageClass(descriptor)
    return message_factory.MessageFactory(_POOL).GetPrototype(descriptor)


def _number(enum: str, value: str) -> int:
    number: int = _POOL.FindEnumTypeByName(f"{_PACKAGE}.{enum}").values_by_name[value].number
    return number


ToWorker = _message("ToWorker")
FromWorker = _message("FromWorker")
FromWorkerItem = _message("FromWorkerItem")
ToWorkerItem = _message("ToWorkerItem")
Welcome = _message("Welcome")
Execute = _message("Execute")
Result = _message("Result")
Failure = _message("Failure")
ToolInfo = _message("ToolInfo")

STREAM_WORK = _number("StreamKind", "STREAM_KIND_WORK")
STREAM_CONTROL = _number("StreamKind", "STREAM_KIND_CONTROL")

TOOL_RAISED = _number("FailureKind", "FAILURE_KIND_TOOL_RAISED")
UNKNOWN_TOOL = _number("FailureKind", "FAILURE_KIND_UNKNOWN_TOOL")
INVALID_ARGUMENTS = _number("FailureKind", "FAILURE_KIND_INVALID_ARGUMENTS")
RESULT_NOT_ENCODABLE = _number("FailureKind", "FAILURE_KIND_RESULT_NOT_ENCODABLE")
CANCELLED = _number("FailureKind", "FAILURE_KIND_CANCELLED")
DEADLINE = _number("FailureKind", "FAILURE_KIND_DEADLINE")
REFUSED = _number("FailureKind", "FAILURE_KIND_REFUSED")
INTERNAL = _number("FailureKind", "FAILURE_KIND_INTERNAL")

SESSION_MOVES: dict[int, str] = {
    _number("SessionMove", "SESSION_MOVE_UNSPECIFIED"): "",
    _number("SessionMove", "SESSION_MOVE_NEW"): "new",
    _number("SessionMove", "SESSION_MOVE_BUSY"): "busy",
    _number("SessionMove", "SESSION_MOVE_RECYCLED"): "recycled",
    _number("SessionMove", "SESSION_MOVE_WORKER_EXITED"): "worker_exited",
}

CANCEL_REASONS: dict[int, str] = {
    _number("CancelReason", "CANCEL_REASON_CALLER"): "the caller gave up",
    _number("CancelReason", "CANCEL_REASON_DEADLINE"): "its deadline passed",
    _number("CancelReason", "CANCEL_REASON_SHUTDOWN"): "the worker is being shut down",
}

"""Answers and the Welcome as items of the link."""

import os
import platform
from collections.abc import Iterable
from typing import Any

from ..codec import wire
from ..run.describing import Description, describe_all
from ..run.outcomes import Chunk, Outcome, Part
from ..run.tools import ToolTable
from ..version import PROTOCOL, __version__


def write(frame: Any, outcome: Outcome) -> None:
    """Adds the outcome to a FromWorker frame, in place: a message of its own would be copied into the frame."""
    failure = outcome.failure
    if failure is None:
        body = frame.items.add().result
        body.value = outcome.value
        if outcome.attachments:
            for name, content in outcome.attachments:
                body.attachments.add(name=name, inline=content)
        if outcome.chunks:
            body.chunks = outcome.chunks
    else:
        body = frame.items.add().failure
        body.kind = failure.kind
        body.type = failure.type
        body.message = failure.message
        body.traceback = failure.traceback
        body.path = failure.path
        body.started = failure.started
        body.stacks = failure.stacks
        for name, text in failure.details:
            body.details[name] = text
    body.generation, body.request_id, body.attempt = outcome.ticket.key
    body.wait_us = outcome.wait_us
    body.python_us = outcome.python_us


def write_chunk(frame: Any, chunk: Chunk) -> None:
    body = frame.items.add().chunk
    body.generation, body.request_id, body.attempt = chunk.ticket.key
    body.sequence = chunk.sequence
    body.value = chunk.value
    if chunk.attachments:
        for name, content in chunk.attachments:
            body.attachments.add(name=name, inline=content)


def frame_of(parts: Iterable[Part]) -> Any:
    frame = wire.FromWorker()
    for part in parts:
        if isinstance(part, Outcome):
            write(frame, part)
        else:
            write_chunk(frame, part)
    return frame


def welcome(worker_token: str, generation: int, capacity: int, table: ToolTable | None) -> Any:
    frame = wire.FromWorker()
    body = frame.items.add().welcome
    body.protocol = PROTOCOL
    body.worker_token = worker_token
    body.generation = generation
    body.pid = os.getpid()
    body.python_version = platform.python_version()
    body.bridge_version = __version__
    body.capacity = capacity
    body.capabilities.extend(("profile", "stacks", "log_level"))
    if table is not None:
        body.dynamic_tools = table.dynamic is not None
        for description in describe_all(table.tools.values()):
            _describe(body.tools.add(), description)
    return frame


def _describe(body: Any, description: Description) -> None:
    tool = description.tool
    body.name = tool.name
    body.supports_streaming = tool.supports_streaming
    body.is_async = tool.is_async
    body.idempotent = tool.idempotent
    body.thread_sensitive = tool.thread_sensitive
    body.stream_only = tool.generates
    body.description = description.summary
    body.documentation = description.documentation
    body.signature = description.signature
    body.arguments_schema = description.arguments_schema
    body.result_schema = description.result_schema
    body.notes.extend(description.notes)

"""Parts of a stream's answer, from the tool that produces them to the thread that sends them."""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine, Generator, Sequence
from contextvars import copy_context
from typing import Any

from ..run.outcomes import Chunk, Outcome, Part, escaped
from ..run.streaming import Streaming
from ..run.tickets import Ticket

Parts = Generator[Sequence[Part], None, None]


def one_by_one(execution: Streaming, ticket: Ticket) -> Parts:
    """Each part as soon as the tool has produced it. The same thread runs the tool and sends."""
    with contextlib.closing(in_own_context(execution.stream(ticket))) as parts:
        for part in parts:
            yield (part,)


def in_own_context(parts: Generator[Part, None, None]) -> Generator[Part, None, None]:
    """Runs every step of a stream, its end too, in one context: what its tool sets by ``contextvars`` is gone with it."""
    context = copy_context()

    def step() -> Part | None:
        return next(parts, None)

    try:
        while (part := context.run(step)) is not None:
            yield part
    finally:
        context.run(parts.close)


def pump(
    loop: asyncio.AbstractEventLoop, start: Callable[[Callable[[Chunk], object]], Coroutine[Any, Any, Outcome]]
) -> Parts:
    """What a coroutine emits. The event loop stands still while a part is being sent, and runs until there is another part."""
    parts: list[Part] = []

    def emit(part: Chunk) -> None:
        parts.append(part)
        loop.stop()

    task = loop.create_task(start(emit))
    task.add_done_callback(lambda _: loop.stop())
    try:
        while not task.done() or parts:
            if not parts:
                loop.run_forever()
            if parts:
                sending, parts[:] = parts[:], []
                yield sending
        yield (task.result(),)
    finally:
        if not task.done():  # the link is gone
            task.cancel()
            while not task.done():
                loop.run_forever()


def to_the_end(ticket: Ticket, parts: Parts) -> Parts:
    """Ends with an outcome also when an exception gets past the handling around the tool."""
    try:
        with contextlib.closing(parts):
            yield from parts
    except GeneratorExit:
        raise  # the link is gone: no outcome can be sent
    except BaseException as error:
        yield (escaped(ticket, error),)

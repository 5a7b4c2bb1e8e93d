"""Parts of a stream's answer on their way from whatever produces them to whoever sends them."""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine, Generator, Sequence
from typing import Any

from ..run.failures import cancelled, internal
from ..run.streaming import Streaming
from ..run.tickets import Chunk, Outcome, Ticket

Parts = Generator[Sequence[Chunk | Outcome], None, None]


def one_by_one(execution: Streaming, ticket: Ticket) -> Parts:
    """Each as soon as it is there: the thread that sends is the one that runs the tool."""
    with contextlib.closing(execution.stream(ticket)) as parts:
        for part in parts:
            yield (part,)


def pump(
    loop: asyncio.AbstractEventLoop, start: Callable[[Callable[[Chunk], object]], Coroutine[Any, Any, Outcome]]
) -> Parts:
    """What a coroutine emits. The loop stands still while a part is being sent, and runs until there is another one."""
    parts: list[Chunk | Outcome] = []

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
        if not task.done():  # nobody reads any more
            task.cancel()
            while not task.done():
                loop.run_forever()


def to_the_end(ticket: Ticket, parts: Parts) -> Parts:
    """Whatever escapes the tool's own handling ends in an outcome too: a second interruption, a SystemExit in the loop."""
    try:
        with contextlib.closing(parts):
            yield from parts
    except GeneratorExit:
        raise  # nobody reads any more
    except BaseException as error:
        yield (Outcome(ticket, failure=cancelled(ticket, error) if ticket.cancelled else internal(error, started=True)),)

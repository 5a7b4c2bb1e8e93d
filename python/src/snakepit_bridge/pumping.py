"""Hands on what a coroutine emits while it runs on a loop of this thread."""

import asyncio
from collections.abc import Callable, Coroutine, Generator, Iterable
from typing import Any

from .tickets import Chunk, Outcome


def pump(
    loop: asyncio.AbstractEventLoop, start: Callable[[Callable[[Chunk], object]], Coroutine[Any, Any, Outcome]]
) -> Generator[Iterable[Chunk | Outcome], None, None]:
    """The loop stands still while a part is being sent, and runs until there is another one."""
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

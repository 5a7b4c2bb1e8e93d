"""A stream from the silo's side."""

import json
from typing import Any

from links import GENERATION
from silo import SiloWorker

from snakepit_bridge.codec import wire


class Stream:
    """A call whose items come one by one."""

    def __init__(self, worker: SiloWorker, tool: str, arguments: Any = None, credit: int = 1000, **fields: Any) -> None:
        self.worker = worker
        self.number = worker.start(tool, arguments, stream=True, credit=credit, **fields)
        self.received = 0

    def chunk(self) -> Any:
        body = self.worker.work.next("chunk")
        assert (body.generation, body.request_id, body.attempt) == (GENERATION, self.number, 1)
        assert body.sequence == self.received
        self.received += 1
        return body

    def item(self) -> Any:
        return json.loads(self.chunk().value)

    def items(self, count: int) -> list[Any]:
        return [self.item() for _ in range(count)]

    def end(self) -> Any:
        body = self.worker.work.next("result")
        assert (body.request_id, body.chunks, body.value) == (self.number, self.received, b"")
        return body

    def failure(self) -> Any:
        body = self.worker.work.next("failure")
        assert body.request_id == self.number
        return body

    def grant(self, chunks: int, taken_bytes: int = 0) -> None:
        frame = wire.ToWorker()
        body = frame.items.add().credit
        body.generation, body.request_id, body.attempt = GENERATION, self.number, 1
        body.chunks, body.taken_bytes = chunks, taken_bytes
        self.worker.control.send(frame)

    def cancel(self, reason: int = 1) -> None:
        self.worker.cancel(self.number, reason)

"""Answers on their way to the work stream's single writer, several to a frame."""

from collections.abc import Generator, Iterator
from queue import Empty, SimpleQueue

from ..link.outgoing import size_of
from ..run.tickets import Chunk, Ledger, Outcome


class Answers:
    def __init__(self, ledger: Ledger, max_frame_bytes: int) -> None:
        self._ledger = ledger
        self._max_frame_bytes = max_frame_bytes
        self._outcomes: SimpleQueue[Chunk | Outcome | None] = SimpleQueue()
        self._abandoned = False

    def put(self, part: Chunk | Outcome) -> bool:
        """False when nobody reads any more."""
        self._outcomes.put(part)
        if self._abandoned:
            self.abandon()
            return False
        return True

    def close(self) -> None:
        self._outcomes.put(None)

    def batches(self) -> Generator[list[Chunk | Outcome], None, None]:
        """Everything that waits, cut where a frame would grow beyond its limit. After each yield it is on the wire."""
        outcomes, limit = self._outcomes, self._max_frame_bytes
        outcome = outcomes.get()
        while outcome is not None:
            batch: list[Chunk | Outcome] = [outcome]
            size = size_of(outcome)
            while True:
                if outcomes.empty():
                    yield from self._settling(batch)
                    outcome = outcomes.get()
                    break
                outcome = outcomes.get()
                size += 0 if outcome is None else size_of(outcome)
                if outcome is None or size > limit:
                    yield from self._settling(batch)
                    break
                batch.append(outcome)

    def abandon(self) -> None:
        """Nobody reads answers any more; a stop must not wait for them to be written."""
        self._abandoned = True
        while True:
            try:
                outcome = self._outcomes.get_nowait()
            except Empty:
                return
            if isinstance(outcome, Outcome):
                self._ledger.settle(outcome.ticket)

    def _settling(self, batch: list[Chunk | Outcome]) -> Iterator[list[Chunk | Outcome]]:
        try:
            yield batch
        finally:  # also when the stream is gone
            for part in batch:
                if isinstance(part, Outcome):
                    self._ledger.settle(part.ticket)

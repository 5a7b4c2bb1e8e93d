"""Answers on their way to the work stream's single writer, several to a frame."""

from collections.abc import Generator, Iterator
from queue import Empty, SimpleQueue

from ..run.outcomes import Outcome, Part, size_of
from .ledger import Ledger


class Answers:
    def __init__(self, ledger: Ledger, max_frame_bytes: int) -> None:
        self._ledger = ledger
        self._max_frame_bytes = max_frame_bytes
        self._outcomes: SimpleQueue[Part | None] = SimpleQueue()
        self._abandoned = False

    def put(self, part: Part) -> bool:
        """False when the link is gone and no answer is read any more."""
        self._outcomes.put(part)
        if self._abandoned:
            self.abandon()
            return False
        return True

    def close(self) -> None:
        self._outcomes.put(None)

    def batches(self) -> Generator[list[Part], None, None]:
        """Everything that waits, cut where a frame would exceed its limit. A yielded batch is on the wire when this is resumed."""
        outcomes, limit = self._outcomes, self._max_frame_bytes
        outcome = outcomes.get()
        while outcome is not None:
            batch: list[Part] = [outcome]
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
        """Settles what waits, because the link is gone: a stop must not wait for answers that no thread will write."""
        self._abandoned = True
        while True:
            try:
                outcome = self._outcomes.get_nowait()
            except Empty:
                return
            if isinstance(outcome, Outcome):
                self._ledger.settle(outcome.ticket)

    def _settling(self, batch: list[Part]) -> Iterator[list[Part]]:
        try:
            yield batch
        finally:  # also when the link is gone
            for part in batch:
                if isinstance(part, Outcome):
                    self._ledger.settle(part.ticket)

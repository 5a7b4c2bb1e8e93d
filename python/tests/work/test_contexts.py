"""What a tool sets by ``contextvars`` is gone with its call."""

import pytest
from silo import SiloWorker
from streams import Stream

ADAPTER = "adapters_contextual.Contextual"


# One call after the other on the main thread, calls that wait in the worker, and threads.
@pytest.mark.usefixtures("both_carriers")
@pytest.mark.parametrize(("capacity", "threads"), [(1, 1), (4, 1), (2, 2)])
def test_a_call_finds_nothing_that_an_earlier_one_has_set(capacity: int, threads: int) -> None:
    with SiloWorker(ADAPTER, capacity, threads) as worker:
        assert [worker.result("exchange", {"tenant": f"tenant-{number}"}) for number in range(6)] == [""] * 6


@pytest.mark.usefixtures("both_carriers")
@pytest.mark.parametrize(("capacity", "threads"), [(1, 1), (4, 1), (2, 2)])
def test_a_stream_keeps_what_it_has_set_from_item_to_item_and_no_longer(capacity: int, threads: int) -> None:
    with SiloWorker(ADAPTER, capacity, threads) as worker:
        for _ in range(2):
            stream = Stream(worker, "exchange_three", {"tenant": "mine"}, credit=3)
            assert stream.items(3) == ["", "mine", "mine"]
            stream.end()
        assert worker.result("exchange", {"tenant": "other"}) == ""

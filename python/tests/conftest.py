"""One shared worker for the tests that only call it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from silo import SiloWorker


@pytest.fixture(scope="session")
def plain() -> Iterator[SiloWorker]:
    with SiloWorker("adapters.Plain", 1, 1, "--mine", "7", max_message_bytes=2_000_000) as worker:
        yield worker


@pytest.fixture
def gates(tmp_path: Path) -> Path:
    return tmp_path

"""One shared worker for the tests that only call it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import silo
from silo import SiloWorker


@pytest.fixture(scope="session", params=silo.CARRIERS)
def plain(request: pytest.FixtureRequest) -> Iterator[SiloWorker]:
    with SiloWorker("adapters.Plain", 1, 1, "--mine", "7", by=request.param, max_message_bytes=2_000_000) as worker:
        yield worker


@pytest.fixture(params=silo.CARRIERS)
def both_carriers(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(silo, "carrier", request.param)


@pytest.fixture
def gates(tmp_path: Path) -> Path:
    return tmp_path

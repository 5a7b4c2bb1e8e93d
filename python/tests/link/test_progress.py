"""What the silo hears of a tool's progress."""

import time
from pathlib import Path
from typing import Any

import pytest
from links import GENERATION
from silo import SiloWorker

from snakepit_bridge.codec import wire
from snakepit_bridge.link.outbox import ControlOutbox
from snakepit_bridge.run.tickets import Ticket


def report(plain: SiloWorker, gate: Path, steps: list[list[Any]]) -> int:
    return plain.start("report", {"steps": steps, "gate": str(gate)})


def end(plain: SiloWorker, gate: Path) -> None:
    gate.touch()
    plain.work.next("result")


def test_a_report_comes_while_the_tool_runs(plain: SiloWorker, gates: Path) -> None:
    number = report(plain, gates / "gate", [[0.5, "half"]])
    body = plain.control.next("progress")
    assert (body.generation, body.request_id, body.attempt) == (GENERATION, number, 1)
    assert (body.fraction, body.message) == (0.5, "half")
    assert 0 < body.elapsed_us < 60_000_000
    end(plain, gates / "gate")


@pytest.mark.parametrize(
    ("fraction", "message", "sent"),
    [
        (None, None, (None, "")),
        (0, "", (0.0, "")),
        (1.5, "x" * 201, (1.0, "x" * 200)),
        (-1, 7, (0.0, "7")),
        ("nan", "odd", (None, "odd")),
    ],
)
def test_what_is_beyond_the_limits_is_cut(
    plain: SiloWorker, gates: Path, fraction: Any, message: Any, sent: tuple[float | None, str]
) -> None:
    report(plain, gates / "gate", [[fraction, message]])
    body = plain.control.next("progress")
    assert (body.fraction if body.HasField("fraction") else None, body.message) == sent
    end(plain, gates / "gate")


def test_of_many_reports_few_are_sent_and_the_last_one_is(plain: SiloWorker, gates: Path) -> None:
    began = time.monotonic()
    report(plain, gates / "gate", [[step / 1000, str(step)] for step in range(1001)])
    bodies = [plain.control.next("progress")]
    while bodies[-1].fraction < 1:
        bodies.append(plain.control.next("progress"))
    assert len(bodies) <= 2 + (time.monotonic() - began) / 0.1
    end(plain, gates / "gate")


def test_a_ping_is_answered_after_a_report(plain: SiloWorker, gates: Path) -> None:
    report(plain, gates / "gate", [[0.1, "first"]])
    plain.control.next("progress")
    plain.ping()
    end(plain, gates / "gate")


def test_reports_of_all_requests_share_a_frame() -> None:
    outbox = ControlOutbox()
    for number in (1, 2, 2):
        execute = wire.Execute(generation=GENERATION, request_id=number, attempt=1)
        outbox.report_progress(Ticket(execute, 0), number / 4, "")
    frame = next(outbox.frames())
    assert [(item.progress.request_id, item.progress.fraction) for item in frame.items] == [(1, 0.25), (2, 0.5)]


def test_nothing_is_sent_when_nothing_is_reported() -> None:
    outbox = ControlOutbox()
    outbox.close()
    assert list(outbox.frames()) == []

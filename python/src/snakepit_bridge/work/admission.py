"""Which requests the worker takes.

A request is registered before it is checked. So a drain or a cancel at the same moment either finds the request, or is found by the check.
"""

import logging
from collections.abc import Callable

from ..codec import wire
from ..run.failures import FailureReport
from ..run.outcomes import Outcome, cancelled
from ..run.tickets import Ticket
from .ledger import Ledger

_LOG = logging.getLogger(__name__)


def admit(ledger: Ledger, ticket: Ticket) -> Outcome | None:
    """Registers the ticket; returns the answer when it is not taken."""
    key = ticket.key
    ledger.tickets[key] = ticket
    if ledger.draining:
        return refused(ticket, "The worker is draining and takes no new requests.")
    if key[0] != ledger.generation:
        return refused(ticket, f"The worker is of generation {ledger.generation}, the request of {key[0]}.")
    if ledger.early_cancels:
        reason = ledger.early_cancels.pop(key, None)
        if reason is not None:
            ticket.reason = reason
            return Outcome(ticket, failure=cancelled(ticket))
    return None


def line_up(ledger: Ledger, ticket: Ticket, capacity: int, answer: Callable[[Outcome], object]) -> bool:
    """Registers a ticket that waits among others; False when it is not taken and has its answer.

    The caller checks ``draining`` afterwards: a drain may have refused what waited just before this ticket did.
    """
    if ticket.key in ledger.tickets:
        _LOG.warning("request %s attempt %s arrived twice; the second is ignored", ticket.key[1], ticket.key[2])
        return False
    in_flight = ledger.in_flight()
    refusal = admit(ledger, ticket)
    if refusal is None and in_flight >= capacity:
        refusal = refused(ticket, f"The worker is full: {in_flight} requests in flight, its capacity is {capacity}.")
    if refusal is not None:
        answer(refusal)
        return False
    ledger.waiting[ticket.key] = ticket
    return True


def refused(ticket: Ticket, message: str) -> Outcome:
    return Outcome(ticket, failure=FailureReport(wire.REFUSED, message))

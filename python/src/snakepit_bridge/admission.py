"""Which requests are taken.

A request is registered before the checks, so that a drain or cancel at the same moment sees it or is seen by it.
"""

from . import wire
from .failures import FailureReport, cancelled
from .tickets import Ledger, Outcome, Ticket


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


def refused(ticket: Ticket, message: str) -> Outcome:
    return Outcome(ticket, failure=FailureReport(wire.REFUSED, message))

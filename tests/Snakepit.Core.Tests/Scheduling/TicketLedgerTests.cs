using Snakepit.Core.Lifecycle;
using Snakepit.Core.Scheduling;
using Snakepit.Pools;

namespace Snakepit.Core.Tests.Scheduling;

public sealed class TicketLedgerTests
{
    private static readonly TimeSpan Now = TimeSpan.FromHours(1);

    private readonly TicketLedger _ledger = new();
    private readonly SlotWorker _worker = new(new Slot(0), 1, RecycleLimits.None);

    [Fact]
    public void A_ticket_waits_runs_and_ends()
    {
        var ticket = new Ticket { QueueUntil = Now + TimeSpan.FromSeconds(1), Deadline = Now + TimeSpan.FromSeconds(2) };

        _ledger.Accept();
        _ledger.Wait(ticket);
        Assert.Equal((TicketState.Queued, 1), (ticket.State, _ledger.Deadlines));
        _ledger.Start(ticket, _worker, Now);
        Assert.Equal((TicketState.Running, 1, 1), (ticket.State, _ledger.Running, _worker.Load));
        _ledger.EndRunning(ticket, succeeded: true);

        Assert.Equal((TicketState.Ended, 0, 0, 0), (ticket.State, _ledger.Running, _worker.Load, _ledger.Deadlines));
        Assert.Equal(new ShardCounters { Requests = 1, Succeeded = 1 }, _ledger.Counters);
    }

    [Fact]
    public void A_running_ticket_never_waits_again()
    {
        var ticket = new Ticket();
        _ledger.Start(ticket, _worker, Now);

        Assert.Throws<InvalidOperationException>(() => _ledger.Wait(ticket));
    }

    [Fact]
    public void Nothing_happens_to_an_ended_ticket()
    {
        var ticket = new Ticket();
        _ledger.Reject(ticket, RejectReason.QueueFull);

        Assert.Throws<InvalidOperationException>(() => _ledger.Wait(ticket));
        Assert.Throws<InvalidOperationException>(() => _ledger.Start(ticket, _worker, Now));
        Assert.Throws<InvalidOperationException>(() => _ledger.EndWaiting(ticket, TicketEnd.Cancelled));
        Assert.Throws<InvalidOperationException>(() => _ledger.Stop(ticket, StopStep.Cancelled));
    }

    [Fact]
    public void A_worker_with_a_ticket_that_is_being_stopped_is_unsettled_until_it_ends()
    {
        var ticket = new Ticket();
        _ledger.Start(ticket, _worker, Now);

        _ledger.Stop(ticket, StopStep.Cancelled);
        _ledger.Stop(ticket, StopStep.Dumped);
        Assert.Equal(1, _worker.Unsettled);
        _ledger.EndRunning(ticket, succeeded: true);

        Assert.Equal(0, _worker.Unsettled);
        Assert.Equal(1, _ledger.Counters.Errors);
    }

    [Theory]
    [InlineData(StopStep.None, StopStep.Dumped)]
    [InlineData(StopStep.None, StopStep.Killed)]
    [InlineData(StopStep.Cancelled, StopStep.Killed)]
    [InlineData(StopStep.Cancelled, StopStep.Cancelled)]
    public void No_step_of_a_stop_is_left_out_or_repeated(StopStep before, StopStep after)
    {
        var ticket = new Ticket();
        _ledger.Start(ticket, _worker, Now);
        if (before != StopStep.None)
            _ledger.Stop(ticket, before);

        Assert.Throws<InvalidOperationException>(() => _ledger.Stop(ticket, after));
    }
}

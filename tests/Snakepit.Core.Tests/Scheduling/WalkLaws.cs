using Snakepit.Core.Scheduling;
using Snakepit.Supervision;

namespace Snakepit.Core.Tests.Scheduling;

/// <summary>What must be true between any two steps.</summary>
internal static class WalkLaws
{
    /// <param name="scheduler">The real one.</param>
    /// <param name="model">Its twin.</param>
    /// <param name="recent">Tickets that may have ended.</param>
    /// <param name="now">The present moment.</param>
    public static void Check(PoolScheduler scheduler, WalkModel model, IEnumerable<WalkTicket> recent, TimeSpan now)
    {
        var counters = scheduler.Counters;
        Law.Holds(scheduler.State == model.State);
        Law.Holds(scheduler.Queued == model.Queue.Count);
        Law.Holds(scheduler.Queued <= scheduler.QueueLimit);
        Law.Holds(scheduler.Running == model.Slots.Sum(slot => slot.Workers.Sum(worker => worker.Calls.Count)));
        Law.Holds(counters == model.Counters);
        Law.Holds(scheduler.Sessions.Count == model.Sessions);
        Law.Holds(
            counters.Requests == counters.Succeeded + counters.Errors + counters.Cancelled + counters.Moved
                + scheduler.Queued + scheduler.Running);
        Law.Holds(model.Queue.Count == 0 || !Array.Exists(model.Slots, slot => slot.TakesWork));
        Law.Holds(
            model.Slots.Count(
                slot =>
                    slot.Successor is not null
                        || (slot.Leaving is { HasRefused: false } && now - slot.LeavingSince < model.RecycleHold)) <= model.RecycleLimit);
        foreach (var ticket in model.Queue)
            CheckPlace(ticket);
        foreach (var ticket in recent)
            CheckPlace(ticket);
        Law.Holds(scheduler.Slots.Count == model.Slots.Length && scheduler.Size == model.Slots.Count(slot => slot.IsWanted));
        foreach (var slot in model.Slots)
            CheckSlot(scheduler.Slots[slot.Index], slot);
    }

    private static void CheckPlace(WalkTicket ticket)
    {
        Law.Holds(ticket.State == ticket.Expected);
        Law.Holds(ticket.Slot?.Index == ticket.On?.Slot.Index);
        Law.Holds(ticket.Worker?.Generation == ticket.On?.Generation);
        Law.Holds((ticket.State == TicketState.Running) == (ticket.Slot is not null));
        Law.Holds(ticket.State != TicketState.Ended || ticket is { WheelBucket: DeadlineWheel.Nowhere, Next: null, Previous: null });
    }

    private static void CheckSlot(Slot actual, WalkSlot expected)
    {
        Law.Holds(actual.Generation == expected.Generation && actual.IsWanted == expected.IsWanted);
        Law.Holds(actual.Tainted == (expected.TaintedUntil is not null));
        CheckWorker(actual.Current, expected.Current);
        CheckWorker(actual.Successor, expected.Successor);
        CheckWorker(actual.Leaving, expected.Leaving);
        Law.Holds(expected.Successor is null || expected.Leaving is null);
        Law.Holds(expected.Successor is null || expected.IsReady);
    }

    private static void CheckWorker(SlotWorker? actual, WalkWorker? expected)
    {
        Law.Holds(actual?.Generation == expected?.Generation);
        if (actual is null || expected is null)
            return;
        Law.Holds(actual.State == expected.Life switch
        {
            Life.Starting => WorkerState.Starting,
            Life.Ready => WorkerState.Ready,
            Life.Draining => WorkerState.Draining,
            Life.Stopping => WorkerState.Stopping,
            _ => throw new InvalidOperationException($"Unknown life {expected.Life}."),
        });
        Law.Holds(actual.Load == expected.Calls.Count);
        Law.Holds(actual.Load == 0 || (actual.State is WorkerState.Ready or WorkerState.Draining && actual.Load <= actual.Capacity));
        // Nobody is kept waiting for his leave.
        Law.Holds(expected.Life != Life.Draining || expected.Calls.Count > 0);
        Law.Holds(actual.RecycleDue is not null == expected.Due);
        Law.Holds(actual.TakesWork == expected.TakesWork);
        Law.Holds((actual.IndexedLoad == actual.Load) == actual.TakesWork);
        var call = actual.Calls.First;
        foreach (var ticket in expected.Calls)
        {
            Law.Holds(call == ticket);
            CheckPlace(ticket);
            call = call!.Next;
        }

        Law.Holds(call is null);
    }
}

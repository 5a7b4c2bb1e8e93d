using Snakepit.Core.Scheduling;

namespace Snakepit.Core.Tests.Scheduling;

/// <summary>A ticket and what the model knows about it.</summary>
internal sealed class WalkTicket(int number) : Ticket
{
    public int Number { get; } = number;

    public TicketState Expected { get; set; }

    /// <summary>Where it runs; null when it does not.</summary>
    public WalkSlot? On { get; set; }

    public bool Overdue { get; set; }

    public bool Cancelled { get; set; }

    /// <summary>How far its stop has come, and since when.</summary>
    public StopStep Step { get; set; }

    public TimeSpan StepSince { get; set; }

    public bool Unsettled => Overdue || Cancelled;

    /// <summary>The end of its wait.</summary>
    public TimeSpan WaitsUntil => QueueUntil < Deadline ? QueueUntil : Deadline;
}

/// <summary>What the model knows about a slot.</summary>
internal sealed class WalkSlot(int index)
{
    public int Index { get; } = index;

    public Life Life { get; set; }

    public int Generation { get; set; }

    public int Capacity { get; set; }

    public List<WalkTicket> Calls { get; } = [];

    public bool TakesWork => Life == Life.Ready && Calls.Count < Capacity && !Calls.Exists(call => call.Unsettled);
}

internal enum Life
{
    Vacant,
    Starting,
    Ready,
}

using Snakepit.Core.Scheduling;
using Snakepit.Execution;
using Snakepit.Telemetry;

namespace Snakepit.Core.Failures;

/// <summary>What the messages about a call say.</summary>
/// <param name="Request">What was asked for.</param>
/// <param name="Ticket">What the shard made of it.</param>
/// <param name="IsStream">Its items are read one by one.</param>
public readonly record struct CallFacts(ToolRequest Request, Ticket Ticket, bool IsStream)
{
    public string Tool => Request.Tool;

    /// <summary>A worker has had it.</summary>
    public bool WasDispatched => Ticket.DispatchedAt > TimeSpan.Zero;

    /// <summary>Time since the shard took it.</summary>
    public TimeSpan Waited(TimeSpan now) => now - Ticket.SubmittedAt;

    public StageTimes Elapsed(TimeSpan now) => WasDispatched
        ? new StageTimes { Queue = Ticket.DispatchedAt - Ticket.SubmittedAt, Python = now - Ticket.DispatchedAt }
        : new StageTimes { Queue = Waited(now) };
}

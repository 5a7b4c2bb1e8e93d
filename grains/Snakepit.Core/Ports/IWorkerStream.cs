using Snakepit.Execution;

namespace Snakepit.Core.Ports;

/// <summary>
/// The items of one stream as they come from a worker, in order. The worker sends no more than there is room for; taking
/// makes room. One taker at a time.
/// </summary>
public interface IWorkerStream
{
    /// <summary>Ends with the tool. What came before can still be taken. Never faults.</summary>
    Task<ToolReply> End { get; }

    /// <summary>The next item; null when there is none now.</summary>
    StreamItem? TryTake();

    /// <summary>Ends when there is something to take (true), or when nothing will come any more.</summary>
    ValueTask<bool> WaitAsync();
}

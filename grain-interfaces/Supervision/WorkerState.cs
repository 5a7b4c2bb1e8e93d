namespace Snakepit.Supervision;

/// <summary>What the process of a slot is doing.</summary>
public enum WorkerState
{
    /// <summary>No process; waiting for its start turn or for its back-off to end.</summary>
    Vacant,

    /// <summary>Process started, not ready yet.</summary>
    Starting,

    /// <summary>Takes work.</summary>
    Ready,

    /// <summary>Takes nothing new, finishes what runs.</summary>
    Draining,

    /// <summary>Asked to leave.</summary>
    Stopping,
}

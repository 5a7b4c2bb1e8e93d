namespace Snakepit.Core.Options;

/// <summary>How the calls of one worker run beside each other.</summary>
public enum WorkerProfile
{
    /// <summary>One after the other, on Python's main thread. Several processes make a pool run several calls at once.</summary>
    Process,

    /// <summary>At once, on threads of one process. The adapter must say that it is safe.</summary>
    Thread,
}

using Snakepit.Errors;

namespace Snakepit.Sessions;

/// <summary>Wire forms of <see cref="SessionMove"/>. Pure.</summary>
public static class SessionMoves
{
    /// <summary>The wire form, for example <c>worker_exited</c>.</summary>
    public static string ToWire(this SessionMove move) => WireWord.Of(move.ToString());
}

/// <summary>
/// Why a session's worker is another one than before, so that nothing of the session is there, or something old. Said with every
/// call until one has succeeded there.
/// </summary>
public enum SessionMove
{
    /// <summary>It is the same, or there is no session.</summary>
    None,

    /// <summary>The shard does not know the session: this is its first call there, or the first after a long pause.</summary>
    New,

    /// <summary>The worker that had the latest call takes none at the moment.</summary>
    Busy,

    /// <summary>That worker has been replaced by a fresh one.</summary>
    Recycled,

    /// <summary>That worker is gone.</summary>
    WorkerExited,
}

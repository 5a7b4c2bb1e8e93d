namespace Snakepit.Core.Processes;

/// <summary>
/// How many files a silo may have open and how many it needs. One that runs out cannot load the next part of itself and
/// crashes, so it does not start without enough, and starts no worker with the last ones.
/// </summary>
public static class FileBudget
{
    /// <summary>Measured: 257 with no worker, nearly all of them the program's own libraries, and 14 more with the first callers.</summary>
    private const int Least = 320;

    /// <summary>Measured: 4 of a running worker. One that starts has both ends of its pipes for a moment.</summary>
    private const int PerWorker = 8;

    /// <summary>Not for workers: callers, other silos, libraries that are loaded late.</summary>
    private const int Reserve = 48;

    /// <summary>For a busy silo without workers: callers' connections for the most part.</summary>
    private const int Comfortable = 512;

    private const string Knob = "Raise it, with 'ulimit -n' in a shell or LimitNOFILE in a service";

    /// <summary>Why a silo cannot start; null when it can.</summary>
    public static string? StartFlaw(long limit) => limit >= Least ? null
        : $"A silo needs at least {Least} open files, its limit is {limit}. {Knob}.";

    /// <summary>Why not all workers of a silo may start, or no caller may connect; null when there are files enough.</summary>
    public static string? Shortage(long limit, int workers) => Comfortable + ((long)workers * PerWorker) is var need && limit >= need ? null
        : $"The limit of open files is {limit}; {workers} workers and their callers may need {need}. {Knob}.";

    /// <summary>Why one more worker cannot start; null when it can.</summary>
    /// <param name="limit">The limit of open files.</param>
    /// <param name="open">Files open now.</param>
    /// <param name="starting">Workers that are starting, this one included.</param>
    public static string? WorkerFlaw(long limit, int open, int starting) => open + ((long)starting * PerWorker) + Reserve <= limit ? null
        : $"no open files are left for it: {open} of {limit} are open, {starting} starting workers need up to {PerWorker} each and "
            + $"{Reserve} are kept for serving. {Knob}";
}

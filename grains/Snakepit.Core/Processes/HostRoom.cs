namespace Snakepit.Core.Processes;

/// <summary>Whether a host, or a container, has room for all workers of a silo.</summary>
public static class HostRoom
{
    /// <summary>Measured: a silo under load holds 150 to 200 MB.</summary>
    public const long SiloBytes = 200L * Mb;

    /// <summary>Measured: threads of a silo on two cores, and some for its callers.</summary>
    private const int SiloTasks = 64;

    /// <summary>The production guide's table of pool sizes ends at eight workers for each processor.</summary>
    private const int MostPerProcessor = 8;

    private const long Mb = 1024 * 1024;

    /// <summary>What is wrong with the number of workers; null when the processors can serve them.</summary>
    public static string? Crowd(int workers, int processors) => workers <= processors * MostPerProcessor ? null
        : $"{workers} workers on {processors} processors are more than {MostPerProcessor} for each, much even for tools that wait";

    /// <summary>What is wrong with the memory; null when it holds all workers.</summary>
    /// <param name="available">Bytes that the silo and its workers can still have.</param>
    /// <param name="workers">Most workers of all pools of the silo, each with the bytes that one was measured to hold.</param>
    public static string? MemoryShortage(long available, IReadOnlyCollection<(int Count, long Bytes)> workers)
    {
        var need = SiloBytes + workers.Sum(pool => pool.Count * pool.Bytes);
        return need <= available ? null
            : $"{workers.Sum(pool => pool.Count)} workers and the silo need about {need / Mb} MB, {available / Mb} MB are available";
    }

    /// <summary>What is wrong with the number of processes and threads; null when all workers can start.</summary>
    /// <param name="available">Tasks that the system still allows.</param>
    /// <param name="workers">Most workers of all pools of the silo, each with the tasks that one was measured to have.</param>
    public static string? TaskShortage(long available, IReadOnlyCollection<(int Count, int Tasks)> workers)
    {
        var need = SiloTasks + workers.Sum(pool => (long)pool.Count * pool.Tasks);
        return need <= available ? null
            : $"{workers.Sum(pool => pool.Count)} workers and the silo need about {need} processes and threads, {available} are left";
    }
}

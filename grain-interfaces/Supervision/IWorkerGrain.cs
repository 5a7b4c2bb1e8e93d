using Orleans.Concurrency;
using Snakepit.Access;

namespace Snakepit.Supervision;

/// <summary>
/// The cluster-wide address of one slot (key <c>pool@silo#slot</c>), pinned to the silo whose process it speaks for.
/// Control plane only: calls do not pass through it.
/// </summary>
[Alias("Snakepit.IWorkerGrain")]
public interface IWorkerGrain : IGrainWithStringKey
{
    /// <summary>The slot's report, or null when the shard has no such slot.</summary>
    [Alias("GetReport"), OpenToClients]
    Task<WorkerReport?> GetReportAsync();

    /// <summary>
    /// Replaces the slot's worker by a fresh one, also one that starts just now. False when all that is there is being replaced already.
    /// </summary>
    /// <exception cref="Errors.SnakepitException">The silo is not in the cluster.</exception>
    [Alias("Recycle")]
    Task<bool> RecycleAsync();

    /// <summary>
    /// What the threads of the slot's worker do at this moment; its calls go on. While a worker is being replaced also those of the other
    /// one. Empty when no worker runs in the slot.
    /// </summary>
    /// <exception cref="Errors.SnakepitException">The silo is not in the cluster.</exception>
    [Alias("GetStacks"), AlwaysInterleave, ResponseTimeout("00:00:10")]
    Task<WorkerStacks[]> GetStacksAsync();

    /// <summary>
    /// Samples of what the threads of the slot's worker do; its calls go on. Null when no such worker runs.
    /// </summary>
    /// <param name="generation">Which worker; null for the latest.</param>
    /// <param name="duration">How long samples are taken, up to 60 s.</param>
    /// <exception cref="Errors.SnakepitException">The silo is not in the cluster.</exception>
    [Alias("GetSamples"), AlwaysInterleave, ResponseTimeout("00:01:20")]
    Task<WorkerSamples?> GetSamplesAsync(int? generation, TimeSpan duration);

    /// <summary>
    /// What a process of the slot has written, as far as the silo holds it; also one that starts, or that has ended lately. Null when the
    /// silo holds nothing of it.
    /// </summary>
    /// <param name="generation">Which process; null for the latest.</param>
    /// <param name="after">
    /// Number of the last line that the caller has: the lines behind it, as soon as there is one or the process has ended, after some
    /// seconds in any case. Null for the last lines at once.
    /// </param>
    /// <param name="most">Lines of the answer, 1 to 500.</param>
    /// <exception cref="Errors.SnakepitException">The silo is not in the cluster.</exception>
    [Alias("GetOutput"), AlwaysInterleave, ResponseTimeout("00:00:15")]
    Task<OutputPage?> GetOutputAsync(int? generation, long? after, int most);

    /// <summary>
    /// Looks at the age of the slot's worker after this time: by a reminder, and by a timer for what is shorter than a
    /// reminder's minute. A later call replaces an earlier one.
    /// </summary>
    [Alias("WatchAge")]
    Task WatchAgeAsync(TimeSpan left);
}

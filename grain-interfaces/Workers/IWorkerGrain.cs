namespace Snakepit.Workers;

/// <summary>
/// The cluster-wide address of one slot (key <c>pool@silo#slot</c>), pinned to the silo whose process it speaks for.
/// Control plane only: calls do not pass through it.
/// </summary>
[Alias("Snakepit.IWorkerGrain")]
public interface IWorkerGrain : IGrainWithStringKey
{
    /// <summary>The slot's report, or null when the shard has no such slot.</summary>
    [Alias("GetReport")]
    Task<WorkerReport?> GetReportAsync();
}

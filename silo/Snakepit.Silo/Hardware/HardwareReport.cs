using Snakepit.Core.Scaling;
using Snakepit.Workers.Hardware;
using Snakepit.Workers.Processes;

namespace Snakepit.Silo.Hardware;

/// <summary>What this host gives to a silo and its workers.</summary>
/// <param name="Processors">Processors that a silo may use: what affinity and control groups leave of the host's.</param>
/// <param name="HostProcessors">Processors of the host; null where it cannot be told.</param>
/// <param name="Model">Of the processors; null where it cannot be told.</param>
/// <param name="MemoryBytes">Memory of the host; null where it cannot be told.</param>
/// <param name="AvailableBytes">What can still be used, here and in the control groups; null where it cannot be told.</param>
/// <param name="MemoryLimitBytes">What the control groups allow altogether; null for no limit.</param>
/// <param name="TaskLimit">Processes and threads that the control groups allow altogether; null for no limit.</param>
/// <param name="OpenFiles">Files that the silo may have open; null where it cannot be told.</param>
/// <param name="Cuda">CUDA devices.</param>
/// <param name="PoolSizes">The guide's table for this host.</param>
internal sealed record HardwareReport(
    int Processors,
    int? HostProcessors,
    string? Model,
    long? MemoryBytes,
    long? AvailableBytes,
    long? MemoryLimitBytes,
    long? TaskLimit,
    long? OpenFiles,
    CudaDevices Cuda,
    IReadOnlyList<PoolSizeRow> PoolSizes)
{
    public static async Task<HardwareReport> LookAsync()
    {
        var processors = Environment.ProcessorCount;
        return new HardwareReport(
            processors,
            HostLimits.HostProcessors(),
            HostLimits.ProcessorModel(),
            HostLimits.TotalMemory(),
            HostLimits.AvailableMemory(),
            HostLimits.MemoryLimit(),
            HostLimits.TaskLimit(),
            Workers.Files.OpenFiles.Limit,
            await CudaDevices.LookAsync(),
            [.. Enum.GetValues<Workload>().Select(workload => PoolSizeRow.For(workload, processors))]);
    }
}

/// <summary>A row of the guide's table of pool sizes.</summary>
/// <param name="Workload">The word that <c>PoolSize</c> takes.</param>
/// <param name="Fewest">The guide's lower end on this host, which is what the word means.</param>
/// <param name="Most">The guide's upper end on this host.</param>
internal sealed record PoolSizeRow(string Workload, int Fewest, int Most)
{
    public static PoolSizeRow For(Workload workload, int processors) => new(
        workload.ToString().ToLowerInvariant(),
        WorkloadSize.Workers(workload, processors),
        WorkloadSize.PerProcessor(workload).To * processors);
}

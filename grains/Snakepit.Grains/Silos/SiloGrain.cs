using Orleans.Concurrency;
using Orleans.GrainDirectory;
using Orleans.Placement;
using Snakepit.Grains.Placement;
using Snakepit.Silos;

namespace Snakepit.Grains.Silos;

/// <inheritdoc cref="ISiloGrain"/>
/// <remarks>Only finds the silo's <see cref="SiloDrain"/>.</remarks>
[PinnedPlacement, GrainDirectory(PinnedDirectory.Name), GrainType(ClusterSilos.SiloTypeName), Immovable, Reentrant]
internal sealed class SiloGrain(SiloDrain drain) : Grain, ISiloGrain
{
    public Task<SiloReport> GetReportAsync() => drain.ReportAsync();

    public Task<SiloReport> DrainAsync(TimeSpan? limit, bool stay)
    {
        drain.Begin(limit, stay);
        return drain.ReportAsync();
    }

    public Task<SiloReport> ResumeAsync()
    {
        drain.Resume();
        return drain.ReportAsync();
    }
}

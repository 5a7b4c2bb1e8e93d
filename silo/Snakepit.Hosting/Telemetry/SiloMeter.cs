using System.Diagnostics.Metrics;
using Snakepit.Telemetry;

namespace Snakepit.Hosting.Telemetry;

/// <summary>What a silo measures beside its pools. Thread-safe.</summary>
internal sealed class SiloMeter
{
    private long _reaped;

    public SiloMeter(IMeterFactory meters) =>
        // Read on demand, because the start ends orphans before anything can listen.
        meters.Create(SnakepitTelemetry.SourceName).CreateObservableCounter(
            "snakepit.orphans.reaped",
            () => Volatile.Read(ref _reaped),
            "{process}",
            "Processes of earlier runs that the start has ended.");

    /// <summary>The start has ended that many processes.</summary>
    public void Reaped(int processes) => Interlocked.Add(ref _reaped, processes);
}

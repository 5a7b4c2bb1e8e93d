using System.Diagnostics.Metrics;
using Snakepit.Grains.Silos;
using Snakepit.Hosting.Events;
using Snakepit.Telemetry;

namespace Snakepit.Hosting.Startup;

/// <summary>What a silo measures beside its pools. Thread-safe.</summary>
internal sealed class SiloMeter
{
    private long _reaped;

    public SiloMeter(IMeterFactory meters, EventHub events, DatabaseHealth database)
    {
        var meter = meters.Create(SnakepitTelemetry.SourceName);
        // Read on demand, because the start ends orphans before anything can listen.
        meter.CreateObservableCounter(
            "snakepit.orphans.reaped",
            () => Volatile.Read(ref _reaped),
            "{process}",
            "Processes of earlier runs that the start has ended.");
        meter.CreateObservableCounter(
            "snakepit.events.dropped", () => events.Dropped, "{event}", "Events that handlers of the application were too slow for.");
        meter.CreateObservableGauge(
            "snakepit.database.outage",
            () => database.Outage?.For.TotalSeconds ?? 0,
            "s",
            "How long the database of the cluster has not answered; 0 while it answers, and without one.");
    }

    /// <summary>The start has ended that many processes.</summary>
    public void Reaped(int processes) => Interlocked.Add(ref _reaped, processes);
}

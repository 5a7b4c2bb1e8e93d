using System.Diagnostics.Metrics;
using Snakepit.Errors;
using Snakepit.Telemetry;

namespace Snakepit.Client.Routing;

/// <summary>What clients of this process measure. What their calls cost, the silos measure. Thread-safe.</summary>
internal static class ClientMeter
{
    private static readonly Meter Meter = new(SnakepitTelemetry.SourceName);

    private static readonly Counter<long> Retries =
        Meter.CreateCounter<long>("snakepit.client.retries", "{try}", "Tries of calls that follow a failed one.");

    /// <summary>Another try follows.</summary>
    /// <param name="pool">The call's pool.</param>
    /// <param name="failure">How the last try failed. A shard that sent the call on because another has room did not fail it.</param>
    public static void Retried(string pool, Failure failure)
    {
        if (Retries.Enabled && failure.Code is not (SnakepitErrorCode.ShardBusy or SnakepitErrorCode.CallMoved))
            Retries.Add(1, new("snakepit.pool", pool), new("error.type", failure.Code.ToWire()));
    }
}

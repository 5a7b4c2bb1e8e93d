using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Snakepit.Core.Ports;
using Snakepit.Workers.Link;

namespace Snakepit.Workers.Launch;

/// <summary>How a worker is called: arguments, environment and the first line on its stdin.</summary>
internal static class WorkerCommand
{
    public static ProcessStartInfo For(WorkerSpec spec, string python, WorkerHostSettings settings, string endpoint)
    {
        var run = settings.Run;
        var start = new ProcessStartInfo(python);
        string[] arguments =
        [
            "-m", "snakepit_bridge",
            "--adapter", spec.Adapter,
            "--endpoint", endpoint,
            "--parent-pid", Text(Environment.ProcessId),
            "--pool", spec.Worker.Slot.Shard.Pool,
            "--slot", Text(spec.Worker.Slot.Slot),
            "--generation", Text(spec.Worker.Generation),
            "--instance-name", run.InstanceName,
            "--run-id", run.RunId,
            "--oom-score-adj", Text(settings.OomScoreAdj),
            "--", .. spec.AdapterArgs, // whatever they look like, the worker leaves them alone
        ];
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);

        WorkerEnvironment.Write(start.Environment, spec, settings.BridgeFolder, run);
        return start;
    }

    public static string FirstLine(WorkerSpec spec, LinkTokens tokens, LinkCarrier carrier) => JsonSerializer.Serialize(new
    {
        silo_token = tokens.Silo,
        worker_token = tokens.Worker,
        carrier = carrier == LinkCarrier.Grpc ? "grpc" : "framed", // a worker that cannot says so by announcing no work endpoint
        capacity = spec.Capacity,
        threads = spec.Threads,
        settings = new { max_message_bytes = spec.MaxMessageBytes, log_level = spec.LogLevel },
    });

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

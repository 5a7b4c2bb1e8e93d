using Snakepit.Core.Options;
using Snakepit.Workers.Launch;
using Snakepit.Workers.Orphans;

namespace Snakepit.Hosting.Startup;

/// <summary>What the options of a silo ask of the host of its workers.</summary>
internal static class WorkerSettings
{
    /// <param name="options">The silo's options.</param>
    /// <param name="run">The run that the workers belong to.</param>
    /// <param name="recordFolder">Where the host keeps records of living workers; null for no records.</param>
    public static WorkerHostSettings Of(SnakepitOptions options, RunIdentity run, string? recordFolder) => new()
    {
        Run = run,
        PythonExecutable = options.PythonExecutable,
        LinkCarrier = options.LinkCarrier,
        RecordFolder = recordFolder,
        OomScoreAdj = options.WorkerOomScoreAdj,
        Output = options.WorkerOutput.Limits,
        ShutdownGrace = StopTimes.Grace(options),
    };
}

using System.Globalization;
using Snakepit.Core.Orphans;
using Snakepit.Identity;

namespace Snakepit.Workers.Orphans;

/// <summary>The marks in the environment of a worker, which all that it starts inherit.</summary>
internal static class InstanceMarks
{
    private const string Name = "SNAKEPIT_INSTANCE_NAME";
    private const string Token = "SNAKEPIT_INSTANCE_TOKEN";
    private const string Run = "SNAKEPIT_RUN_ID";
    private const string Worker = "SNAKEPIT_WORKER";
    private const string SiloPid = "SNAKEPIT_SILO_PID";
    private const string SiloStarted = "SNAKEPIT_SILO_STARTED";

    private static readonly ProcessId? Self = ProcFs.Identify(Environment.ProcessId);

    public static void Write(IDictionary<string, string?> environment, RunIdentity run, WorkerId worker)
    {
        environment[Name] = run.InstanceName;
        environment[Token] = run.InstanceToken;
        environment[Run] = run.RunId;
        environment[Worker] = worker.ToString();
        if (Self is not { } silo)
            return;
        environment[SiloPid] = silo.Pid.ToString(CultureInfo.InvariantCulture);
        environment[SiloStarted] = silo.Started.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Null when one is missing: a shell in which a person has set name and token is not a worker.</summary>
    public static Marks? Read(IReadOnlyDictionary<string, string> environment, string pidNamespace) =>
        environment.TryGetValue(Name, out var name)
        && environment.TryGetValue(Token, out var token)
        && environment.TryGetValue(Run, out var run)
        && environment.TryGetValue(SiloPid, out var pid)
        && int.TryParse(pid, NumberStyles.None, CultureInfo.InvariantCulture, out var siloPid)
        && environment.TryGetValue(SiloStarted, out var started)
        && long.TryParse(started, NumberStyles.None, CultureInfo.InvariantCulture, out var siloStarted)
            ? new Marks(name, token, run, new ProcessId(siloPid, siloStarted), pidNamespace)
            : null;
}

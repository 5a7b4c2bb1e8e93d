using Snakepit.Core.Ports;
using Snakepit.Core.Processes;
using Snakepit.Workers.Orphans;
using Snakepit.Workers.Processes;

namespace Snakepit.Workers.Launch;

/// <summary>Makes a worker's environment out of the silo's.</summary>
internal static class WorkerEnvironment
{
    public static void Write(IDictionary<string, string?> environment, WorkerSpec spec, string bridgeFolder, RunIdentity run)
    {
        InheritedEnvironment.Restrict(environment, spec.InheritEnvironment);
        environment["PYTHONUNBUFFERED"] = "1";
        foreach (var (name, value) in spec.AdapterEnv)
            environment[name] = value;
        ThreadLimits.Apply(environment, spec.Threads);
        // After the pool's own, so that no pool can hide its workers from a later clean-up.
        InstanceMarks.Write(environment, run, spec.Worker);
        // The bridge comes first: nothing of a pool can stand in for it.
        string?[] path = [bridgeFolder, .. spec.PythonPath, environment.TryGetValue("PYTHONPATH", out var inherited) ? inherited : null];
        environment["PYTHONPATH"] = string.Join(Path.PathSeparator, path.Where(folder => !string.IsNullOrEmpty(folder)));
    }
}

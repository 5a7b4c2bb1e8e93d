using Snakepit.Core.Orphans;

namespace Snakepit.Workers.Orphans;

/// <summary>Ends the worker processes of this process's own run, and all that they have started.</summary>
public static class RunCleanup
{
    /// <summary>What is killed may have had a child just then; that is found in the next round.</summary>
    private const int Rounds = 5;

    /// <summary>Asks the processes to end and kills them after the grace time. Idempotent; does nothing where there is no /proc.</summary>
    /// <param name="run">The run.</param>
    /// <param name="grace">From asking until killing.</param>
    /// <param name="cancellationToken">Stops waiting; what was asked to end stays asked.</param>
    /// <returns>Numbers of the processes that did not go.</returns>
    public static async Task<IReadOnlyList<int>> EndAsync(RunIdentity run, TimeSpan grace, CancellationToken cancellationToken)
    {
        if (ProcFs.Host() is not { } host)
            return [];
        var first = Find(host, run);
        // A silo that still runs starts other workers meanwhile. These have groups of their own and are none of this clean-up's.
        var groups = first.Select(process => process.Group).ToHashSet();
        var left = first;
        for (var round = 0; round < Rounds && left.Count > 0; round++)
        {
            var remaining = await Termination.EndAsync(left, round == 0 ? grace : TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
            if (remaining.Count > 0)
                return remaining;
            left = [.. Find(host, run).Where(process => groups.Contains(process.Group))];
        }

        return [.. left.Select(process => process.Pid)];
    }

    private static IReadOnlyList<ProcessFacts> Find(HostFacts host, RunIdentity run) =>
        [.. ProcFs.ReadTable(host).OfRun(run.InstanceName, run.InstanceToken, run.RunId)];
}

using Snakepit.Core.Orphans;
using Snakepit.Workers.Processes;

namespace Snakepit.Workers.Orphans;

/// <summary>Ends processes side by side: asks, waits, kills.</summary>
internal static class Termination
{
    /// <summary>From SIGKILL until a process counts as one that does not go; only the kernel can hold it that long.</summary>
    private static readonly TimeSpan DeathLimit = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(10);

    /// <summary>Returns those that did not go.</summary>
    public static async Task<IReadOnlyList<int>> EndAsync(
        IEnumerable<ProcessFacts> targets, TimeSpan grace, CancellationToken cancellationToken)
    {
        var held = targets.Select(target => (Process: PidFd.TryOpen(target.Id)!, target.Stopped))
            .Where(pair => pair.Process is not null)
            .ToList();
        try
        {
            // A stopped process would not see the request, and the clean-up would wait for the whole grace time.
            foreach (var (process, stopped) in held)
                process.Signal(stopped || grace <= TimeSpan.Zero ? Posix.SigKill : Posix.SigTerm);
            var living = await AwaitAsync([.. held.Select(pair => pair.Process)], grace, cancellationToken).ConfigureAwait(false);
            foreach (var process in living)
                process.Signal(Posix.SigKill);
            return [.. (await AwaitAsync(living, DeathLimit, cancellationToken).ConfigureAwait(false)).Select(process => process.Id.Pid)];
        }
        finally
        {
            foreach (var (process, _) in held)
                process.Dispose();
        }
    }

    private static async Task<IReadOnlyList<PidFd>> AwaitAsync(
        IReadOnlyList<PidFd> processes, TimeSpan limit, CancellationToken cancellationToken)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            processes = [.. processes.Where(process => process.IsAlive)];
            if (processes.Count == 0 || TimeProvider.System.GetElapsedTime(began) >= limit)
                return processes;
            await Task.Delay(LookInterval, cancellationToken).ConfigureAwait(false);
        }
    }
}

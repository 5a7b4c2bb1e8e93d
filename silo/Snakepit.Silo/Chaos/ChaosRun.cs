using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text.Json.Nodes;
using Snakepit.Workers.Processes;

namespace Snakepit.Silo.Chaos;

/// <summary>
/// One run of chaos: bad callers and faults for a while, then a quiet moment in which everything has to add up; then the
/// silo is killed under load, started again and stopped in peace, and nothing may be left.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class ChaosRun(int seed, TimeSpan duration, TextWriter output)
{
    private static readonly TimeSpan QuietLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan DeathLimit = TimeSpan.FromSeconds(2);

    private readonly List<string> _violations = [];

    /// <summary>True when nothing was lost and nothing left.</summary>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        using var silo = new ChaosSilo();
        try
        {
            await silo.StartAsync(cancellationToken);
            output.WriteLine($"Chaos with seed {seed} for {duration.TotalSeconds:0} s against a silo of its own with {ChaosSilo.Workers} workers (process {silo.Pid}).");
            await StormAsync(silo, cancellationToken);
            await KillAsync(silo, cancellationToken);
            await StopAsync(silo, cancellationToken);
        }
        catch (TimeoutException error)
        {
            _violations.Add(error.Message);
        }

        foreach (var violation in _violations)
            output.WriteLine($"VIOLATION: {violation}");
        output.WriteLine(_violations.Count == 0 ? "Nothing was lost and nothing is left." : $"{_violations.Count} violations with seed {seed}; the silo's log is {silo.LogPath}.");
        if (_violations.Count == 0)
            File.Delete(silo.LogPath);
        return _violations.Count == 0;
    }

    private async Task StormAsync(ChaosSilo silo, CancellationToken cancellationToken)
    {
        var callers = new ChaosCallers(silo, seed);
        var faults = new ChaosFaults(silo, seed);
        using (var until = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken))
        {
            until.CancelAfter(duration);
            await Task.WhenAll(callers.RunAsync(until.Token), faults.RunAsync(until.Token));
        }

        cancellationToken.ThrowIfCancellationRequested();
        JsonNode pool = null!;
        await ChaosSilo.UntilAsync(
            async () =>
            {
                pool = await silo.PoolAsync(cancellationToken);
                return Number(pool, "queued") + Number(pool, "running") == 0 && Number(pool, "capacity") == ChaosSilo.Workers
                    && pool["shards"]![0]!["workers"]!.AsArray().Count == ChaosSilo.Workers;
            },
            QuietLimit,
            "the pool was quiet and whole",
            cancellationToken);

        _violations.AddRange(callers.Violations);
        Balance(pool, callers, faults);
        // Only the workers, each with its guardian; children of tools went with their workers.
        await ChaosSilo.UntilAsync(
            () => Task.FromResult(silo.Descendants().Count <= ChaosSilo.Workers * 2), QuietLimit, $"only workers are left (there are {silo.Descendants().Count} processes)", cancellationToken);
    }

    private void Balance(JsonNode pool, ChaosCallers callers, ChaosFaults faults)
    {
        var (accepted, ok, failed, cancelled) = (Number(pool, "requests"), Number(pool, "succeeded"), Number(pool, "errors"), Number(pool, "cancelled"));
        output.WriteLine($"Calls sent: {callers.Sent}. Ends: {string.Join(", ", callers.Ends.OrderByDescending(end => end.Value).Select(end => $"{end.Key} {end.Value}"))}.");
        output.WriteLine($"Faults: {string.Join(", ", faults.Done.Select(fault => $"{fault.Key} {fault.Value}"))}. Crashes seen: {Number(pool, "workerDeaths")}, workers replaced: {Number(pool, "recycled")}, late replies dropped: {Number(pool, "lateReplies")}.");
        output.WriteLine($"Balance: accepted {accepted} = ok {ok} + failed {failed} + cancelled {cancelled}{(accepted == ok + failed + cancelled ? "" : $" — off by {accepted - ok - failed - cancelled}")}.");
        if (accepted != ok + failed + cancelled)
            _violations.Add("the balance is off");
        if (callers.Ends.Values.Sum() != callers.Sent)
            _violations.Add($"{callers.Sent} calls were sent and {callers.Ends.Values.Sum()} ended");
        if (ok < callers.Ends.GetValueOrDefault("ok"))
            _violations.Add($"callers got {callers.Ends.GetValueOrDefault("ok")} results, the silo counted {ok}");
    }

    /// <summary>The silo dies under load: everything of it has to be gone, and the next one has to start.</summary>
    private async Task KillAsync(ChaosSilo silo, CancellationToken cancellationToken)
    {
        using var until = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var load = new ChaosCallers(silo, seed + 1000).RunAsync(until.Token);
        await Task.Delay(1000, cancellationToken);
        var clock = Stopwatch.StartNew();
        Posix.TrySignal(silo.Pid, Posix.SigKill);
        await until.CancelAsync();
        await silo.ExitAsync(StopLimit);
        await ChaosSilo.UntilAsync(() => Task.FromResult(silo.Descendants().Count == 0), DeathLimit, $"nothing of a killed silo lives (there are {silo.Descendants().Count} processes)", cancellationToken);
        output.WriteLine($"Silo killed under load: all its processes were gone after {clock.Elapsed.TotalMilliseconds:0} ms.");
        await load;
    }

    private async Task StopAsync(ChaosSilo silo, CancellationToken cancellationToken)
    {
        await silo.StartAsync(cancellationToken);
        Posix.TrySignal(silo.Pid, Posix.SigTerm);
        var code = await silo.ExitAsync(StopLimit);
        if (code != 0)
            _violations.Add(code is null ? $"the silo did not stop within {StopLimit.TotalSeconds:0} s" : $"the silo stopped with exit code {code}");
        if (silo.Descendants() is { Count: > 0 } living)
            _violations.Add($"processes are left: {string.Join(", ", living)}");
        foreach (var left in silo.Leftovers())
            _violations.Add($"left behind: {left}");
    }

    private static long Number(JsonNode pool, string name) => pool[name]!.GetValue<long>();
}

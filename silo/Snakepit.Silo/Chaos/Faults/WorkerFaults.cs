using System.Net.Http.Headers;
using System.Runtime.Versioning;
using System.Threading.Channels;
using Snakepit.Core.Http;
using Snakepit.Silo.Chaos.Reckoning;
using Snakepit.Silo.Chaos.Silos;
using Snakepit.Workers.Processes;

namespace Snakepit.Silo.Chaos.Faults;

/// <summary>What happens to workers: one fault after the other, on any silo that is there.</summary>
/// <param name="silos">The silos.</param>
/// <param name="workers">Workers of each.</param>
/// <param name="clock">Time since the run began.</param>
/// <param name="events">Where faults are told.</param>
/// <param name="seed">Decides what happens to whom.</param>
[SupportedOSPlatform("linux")]
internal sealed class WorkerFaults(
    IReadOnlyList<ChaosSilo> silos, int workers, Func<TimeSpan> clock, ChannelWriter<ChaosEvent> events, int seed)
{
    public async Task RunAsync(CancellationToken until)
    {
        var random = new Random(seed);
        while (!until.IsCancellationRequested)
        {
            await Task.WhenAny(Task.Delay(random.Next(300, 2000), until));
            var silo = silos[random.Next(silos.Count)];
            var (kind, victim, slot) = (random.Next(94), random.Next(workers), random.Next(workers));
            try
            {
                if (!silo.IsAway && await InjectAsync(silo, kind, victim, slot) is { } fault)
                    events.TryWrite(fault with { At = clock() });
            }
            catch (Exception error) when (error is HttpRequestException or IOException or OperationCanceledException)
            {
                // The silo went away meanwhile.
            }
        }
    }

    private async Task<WorkerFault?> InjectAsync(ChaosSilo silo, int kind, int victim, int slot)
    {
        if (kind >= 85)
        {
            await RecycleAsync(silo, "");
            return new WorkerFault(default, "pool replaced", silo.Name);
        }

        if (kind >= 65)
        {
            await RecycleAsync(silo, $"?worker=default@{silo.Name}%23{slot}");
            return new WorkerFault(default, "worker replaced", $"{silo.Name} slot {slot}");
        }

        var pool = ClusterStatus.Read(await silo.PoolAsync(CancellationToken.None)).Find(shard => shard.Silo == silo.Name);
        if (pool is null || pool.Pids.Length == 0)
            return null;
        var (what, signal) = kind switch
        {
            < 40 => ("worker killed", Posix.SigKill),
            < 55 => ("worker stopped", Posix.SigStop),
            _ => ("worker told to leave", Posix.SigTerm),
        };
        var pid = pool.Pids[victim % pool.Pids.Length];
        return Posix.TrySignal(pid, signal) ? new WorkerFault(default, what, $"{silo.Name} process {pid}") : null;
    }

    private static async Task RecycleAsync(ChaosSilo silo, string query)
    {
        using var nothing = new StringContent("", MediaTypeHeaderValue.Parse(DoorRule.JsonType));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        (await silo.Http.PostAsync(new Uri($"v1/pools/default/recycle{query}", UriKind.Relative), nothing, limit.Token)).Dispose();
    }
}

using System.Net.Http.Headers;
using System.Runtime.Versioning;
using Snakepit.Core.Http;
using Snakepit.Workers.Processes;

namespace Snakepit.Silo.Chaos;

/// <summary>What happens to the processes meanwhile.</summary>
[SupportedOSPlatform("linux")]
internal sealed class ChaosFaults(ChaosSilo silo, int seed)
{
    /// <summary>How often each was done, by name.</summary>
    public SortedDictionary<string, int> Done { get; } = [];

    public async Task RunAsync(CancellationToken until)
    {
        var random = new Random(seed);
        while (!until.IsCancellationRequested)
        {
            await Task.Delay(random.Next(300, 2000), CancellationToken.None);
            var name = await InjectAsync(random);
            Done[name] = Done.GetValueOrDefault(name) + 1;
        }
    }

    private async Task<string> InjectAsync(Random random)
    {
        var pids = await silo.WorkerPidsAsync(CancellationToken.None);
        var victim = pids.Length == 0 ? 0 : pids[random.Next(pids.Length)];
        switch (random.Next(100))
        {
            case < 40:
                Posix.TrySignal(victim, Posix.SigKill);
                return "worker killed";
            case < 55:
                Posix.TrySignal(victim, Posix.SigStop);
                return "worker stopped";
            case < 65:
                Posix.TrySignal(victim, Posix.SigTerm);
                return "worker told to leave";
            case < 85:
                await RecycleAsync($"?worker=default@chaos%23{random.Next(ChaosSilo.Workers)}");
                return "worker replaced";
            case < 94:
                await RecycleAsync("");
                return "pool replaced";
            default:
                Posix.TrySignal(silo.Pid, Posix.SigStop);
                await Task.Delay(random.Next(500, 2500));
                Posix.TrySignal(silo.Pid, Posix.SigCont);
                return "silo paused";
        }
    }

    private async Task RecycleAsync(string query)
    {
        using var nothing = new StringContent("", MediaTypeHeaderValue.Parse(DoorRule.JsonType));
        (await silo.Http.PostAsync(new Uri($"v1/pools/default/recycle{query}", UriKind.Relative), nothing)).Dispose();
    }
}

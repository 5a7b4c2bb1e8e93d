using System.Runtime.Versioning;
using Snakepit.Silo.Chaos.Silos;

namespace Snakepit.Silo.Chaos.Calls;

/// <summary>Knows which silos are ready, as a load balancer does that asks each of them a few times a second.</summary>
[SupportedOSPlatform("linux")]
internal sealed class LoadBalancer(IReadOnlyList<ChaosSilo> silos)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200), Patience = TimeSpan.FromSeconds(1);

    private readonly bool[] _isReady = [.. silos.Select(_ => true)];

    public Task RunAsync(CancellationToken until) =>
        Task.WhenAll(Enumerable.Range(0, silos.Count).Select(index => WatchAsync(index, until)));

    /// <summary>One of those that are ready; when there is none, any.</summary>
    public ChaosSilo Pick(Random random)
    {
        var ready = silos.Where((_, index) => Volatile.Read(ref _isReady[index])).ToList();
        return ready.Count > 0 ? ready[random.Next(ready.Count)] : silos[random.Next(silos.Count)];
    }

    /// <summary>A connection to it was refused.</summary>
    public void Refused(ChaosSilo silo) => Volatile.Write(ref _isReady[silos.ToList().IndexOf(silo)], false);

    private async Task WatchAsync(int index, CancellationToken until)
    {
        while (!until.IsCancellationRequested)
        {
            Volatile.Write(ref _isReady[index], await silos[index].IsReadyAsync(Patience));
            await Task.WhenAny(Task.Delay(Pause, until));
        }
    }
}

using System.Text.Json.Nodes;
using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Lifecycle;

/// <summary>Keeps looking at a pool's status until it is disposed of.</summary>
internal sealed class PoolWatch : IAsyncDisposable
{
    private readonly CancellationTokenSource _over = new();
    private readonly SiloUnderTest _silo;
    private readonly Task _looking;

    private PoolWatch(SiloUnderTest silo)
    {
        _silo = silo;
        _looking = Eventually.SeeAsync(LookAsync, _ => _over.IsCancellationRequested, TimeSpan.MaxValue);
    }

    /// <summary>The lowest number of ready workers that status ever showed.</summary>
    public int LeastReady { get; private set; } = int.MaxValue;

    /// <summary>Replacements so far.</summary>
    public int Recycled { get; private set; }

    /// <summary>Whether a worker waits for its replacement.</summary>
    public bool SomeAreDue { get; private set; }

    public static PoolWatch Over(SiloUnderTest silo) => new(silo);

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await _looking;
        _over.Dispose();
    }

    private async Task<JsonNode> LookAsync()
    {
        var pool = await _silo.PoolAsync();
        LeastReady = Math.Min(LeastReady, pool["capacity"]!.GetValue<int>());
        Recycled = pool["recycled"]!.GetValue<int>();
        SomeAreDue = pool["shards"]!.AsArray()
            .SelectMany(shard => shard!["workers"]!.AsArray())
            .Any(worker => worker!["recycleDue"] is not null);
        return pool;
    }
}

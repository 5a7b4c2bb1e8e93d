using System.Collections.Concurrent;
using Snakepit.Pools;

namespace Snakepit.Client.Routing;

/// <summary>The latest view of each pool. Refreshed in the background while it is used, so a call waits for a view only the first time.</summary>
internal sealed class PoolViewCache(IGrainFactory grains, TimeProvider time)
{
    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, Entry> _entries = new();

    /// <summary>Called with every new view, on any thread.</summary>
    public event Action<PoolView>? Refreshed;

    public ValueTask<PoolView> GetAsync(string pool)
    {
        var entry = _entries.GetOrAdd(pool, static _ => new Entry());
        if (entry.View is not { } view)
            return new(RefreshAsync(pool, entry));
        if (time.GetElapsedTime(entry.At) > FreshFor && entry.TryBegin())
            entry.Refreshing = RefreshQuietlyAsync(pool, entry);
        return new(view);
    }

    /// <summary>Asks anew, because what was known has just proved wrong.</summary>
    public async Task<PoolView> RenewAsync(string pool) => await RefreshAsync(pool, _entries.GetOrAdd(pool, static _ => new Entry())).ConfigureAwait(false);

    private async Task<PoolView> RefreshAsync(string pool, Entry entry)
    {
        var view = await grains.GetGrain<IPoolGrain>(pool).GetViewAsync().ConfigureAwait(false);
        entry.At = time.GetTimestamp();
        // A pool that does not exist is not remembered: it may be deployed in a second, and names come from callers.
        if (view.Shards.Length == 0)
            _entries.TryRemove(pool, out _);
        else
            entry.View = view;
        Refreshed?.Invoke(view);
        return view;
    }

    private async Task RefreshQuietlyAsync(string pool, Entry entry)
    {
        try
        {
            await RefreshAsync(pool, entry).ConfigureAwait(false);
        }
        catch (Exception) when (entry.View is not null)
        {
            entry.At = time.GetTimestamp(); // the old view serves on; calls will say what is wrong, if anything is
        }
        finally
        {
            entry.End();
        }
    }

    private sealed class Entry
    {
        private int _refreshing;

        public volatile PoolView? View;
        public long At;

        public Task? Refreshing { get; set; }

        public bool TryBegin() => Interlocked.Exchange(ref _refreshing, 1) == 0;

        public void End() => Volatile.Write(ref _refreshing, 0);
    }
}

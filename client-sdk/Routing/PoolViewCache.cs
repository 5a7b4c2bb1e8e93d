using System.Collections.Concurrent;
using Snakepit.Errors;
using Snakepit.Pools;

namespace Snakepit.Client.Routing;

/// <summary>
/// The latest view of each pool. Refreshed in the background while it is used, so that a call waits for a view only the first time. One
/// fetch serves all who wait; each of them waits no longer than its own budget and token allow. Thread-safe.
/// </summary>
internal sealed class PoolViewCache(IGrainFactory grains, TimeProvider time)
{
    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(1);

    /// <summary>
    /// A view of a client that has been idle. Its silos may have gone since, so it is renewed before it is used, not behind the back of the
    /// call that would try a silo that is not there.
    /// </summary>
    private static readonly TimeSpan StaleAfter = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long one fetch may take. The pool's grain may be on a silo that has just died; the next fetch finds it elsewhere.
    /// </summary>
    private static readonly TimeSpan FetchLimit = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, Entry> _entries = new();

    /// <summary>
    /// Called with every view that is taken over, on any thread, and whether it is of another cluster than the one before.
    /// </summary>
    public event Action<PoolView, bool>? Refreshed;

    /// <summary>The view that is known, however its refresh goes; the first one is waited for.</summary>
    /// <param name="pool">Name of the pool.</param>
    /// <param name="left">What is left of the caller's budget.</param>
    /// <param name="cancellationToken">The caller gives up.</param>
    /// <exception cref="TimeoutException">No silo has answered in time.</exception>
    public ValueTask<PoolView> GetAsync(string pool, TimeSpan left, CancellationToken cancellationToken)
    {
        var entry = _entries.GetOrAdd(pool, static _ => new Entry());
        if (entry.View is not { } view)
            return new(FirstAsync(pool, entry, left, cancellationToken));
        if (time.GetElapsedTime(entry.At) > StaleAfter)
            return new(RenewAsync(pool, left, cancellationToken));
        RenewWhenOld(pool, entry);
        return new(view);
    }

    /// <summary>
    /// Renews what is known in the background, unless it is fresh. The old view serves on; calls will say what is wrong with it.
    /// </summary>
    public void RenewWhenOld(string pool)
    {
        if (_entries.TryGetValue(pool, out var entry))
            RenewWhenOld(pool, entry);
    }

    /// <summary>Asks anew, because what was known has just proved wrong. When no silo answers in time, what is known has to do.</summary>
    /// <inheritdoc cref="GetAsync"/>
    /// <param name="pool">Name of the pool.</param>
    /// <param name="left">What is left of the caller's budget.</param>
    /// <param name="cancellationToken">The caller gives up.</param>
    /// <param name="recent">A view of this age is not renewed.</param>
    public async Task<PoolView> RenewAsync(
        string pool, TimeSpan left, CancellationToken cancellationToken, TimeSpan recent = default)
    {
        var entry = _entries.GetOrAdd(pool, static _ => new Entry());
        if (entry.View is null)
            return await FirstAsync(pool, entry, left, cancellationToken).ConfigureAwait(false);
        if (time.GetElapsedTime(entry.At) < recent)
            return entry.View;
        try
        {
            return await FetchAsync(pool, entry).WaitAsync(RetryState.Limit(left), time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested && error is not SnakepitException)
        {
            return entry.View;
        }
    }

    private void RenewWhenOld(string pool, Entry entry)
    {
        if (time.GetElapsedTime(entry.At) > FreshFor)
            FetchAsync(pool, entry).Ignore();
    }

    private Task<PoolView> FirstAsync(string pool, Entry entry, TimeSpan left, CancellationToken cancellationToken) =>
        PoolQuestion.AskAsync(() => FetchAsync(pool, entry), left, time, cancellationToken);

    /// <summary>The fetch that is under way, or a new one.</summary>
    private Task<PoolView> FetchAsync(string pool, Entry entry)
    {
        var mine = new TaskCompletionSource<PoolView>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (Interlocked.CompareExchange(ref entry.Fetch, mine.Task, null) is { } running)
            return running;
        FetchAsync(pool, entry, mine).Ignore();
        return mine.Task;
    }

    private async Task FetchAsync(string pool, Entry entry, TaskCompletionSource<PoolView> fetch)
    {
        try
        {
            var view = await grains.GetGrain<IPoolGrain>(pool).GetViewAsync().WaitAsync(FetchLimit, time).ConfigureAwait(false);
            view = Take(pool, entry, view);
            Volatile.Write(ref entry.Fetch, null);
            fetch.SetResult(view);
        }
        catch (Exception error)
        {
            entry.At = time.GetTimestamp(); // not again at once for every call
            Volatile.Write(ref entry.Fetch, null);
            fetch.SetException(error);
            fetch.Task.Ignore();
        }
    }

    /// <summary>The newest view wins: one that shows an earlier state of the same cluster is left.</summary>
    private PoolView Take(string pool, Entry entry, PoolView view)
    {
        entry.At = time.GetTimestamp();
        var known = entry.View;
        var isNewCluster = known is not null && !known.Members.Intersect(view.Members).Any();
        if (known is not null && !isNewCluster && view.MembershipVersion < known.MembershipVersion)
            return known;
        // A pool that does not exist is not remembered: it may be deployed in a second, and names come from callers.
        if (view.Shards.Length == 0)
            _entries.TryRemove(pool, out _);
        else
            entry.View = view;
        Refreshed?.Invoke(view, isNewCluster);
        return view;
    }

    private sealed class Entry
    {
        public volatile PoolView? View;
        public Task<PoolView>? Fetch;
        public long At;
    }
}

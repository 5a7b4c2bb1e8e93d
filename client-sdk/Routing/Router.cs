using System.Collections.Concurrent;
using Snakepit.Errors;
using Snakepit.Execution;
using Snakepit.Identity;
using Snakepit.Pools;

namespace Snakepit.Client.Routing;

/// <summary>Knows the pools' shards and the client's own calls on them, and picks the shard of each try. Thread-safe.</summary>
internal sealed class Router
{
    /// <summary>What is left of a budget when another question about a pool would be pointless.</summary>
    private static readonly TimeSpan Nearly = TimeSpan.FromMilliseconds(150);

    /// <summary>A view of this age is as good as a new one for a call that was refused.</summary>
    private static readonly TimeSpan Recent = TimeSpan.FromMilliseconds(100);

    private static readonly Func<int, int> Numbers = Random.Shared.Next;

    private static readonly TimeSpan WatchPeriod = TimeSpan.FromSeconds(1);

    /// <summary>Pools whose views are being renewed because calls are out.</summary>
    private readonly ConcurrentDictionary<string, bool> _watched = new();
    private readonly Func<ShardView, int> _count;
    private readonly ICluster _cluster;
    private readonly ConnectionGate _gate;
    private readonly SnakepitClientOptions _options;
    private readonly TimeProvider _time;
    private readonly PoolViewCache _views;

    public Router(ICluster cluster, SnakepitClientOptions options, TimeProvider time)
    {
        _cluster = cluster;
        _options = options;
        _time = time;
        _gate = new ConnectionGate(cluster, options, time);
        _views = new PoolViewCache(cluster.Grains, time);
        _views.Refreshed += InFlight.Reconcile;
        _views.Refreshed += (_, _) => cluster.NoteAnswer();
        _count = InFlight.Count;
    }

    private InFlightTable InFlight { get; } = new();

    /// <summary>
    /// A call is sent. While it is out, the pool's view is renewed each second: a call to a silo that dies ends by a new view, and when all
    /// callers wait, none of them asks for one.
    /// </summary>
    /// <param name="shard">Where to.</param>
    /// <param name="view">The view that listed it.</param>
    public InFlightTable.Entry Enter(ShardView shard, PoolView view)
    {
        var entry = InFlight.Enter(shard, view.MembershipVersion);
        if (!_watched.ContainsKey(view.Pool) && _watched.TryAdd(view.Pool, true))
            WatchAsync(view.Pool).Ignore();
        return entry;
    }

    /// <summary>Waits until the client is connected.</summary>
    /// <inheritdoc cref="ConnectionGate.PassAsync"/>
    public ValueTask ReadyAsync(TimeSpan? own, TimeSpan elapsed, CancellationToken cancellationToken) =>
        _gate.PassAsync(own, elapsed, cancellationToken);

    /// <summary>The pool as it is known, or as it is now when what is known has just proved wrong.</summary>
    /// <param name="pool">Name of the pool.</param>
    /// <param name="renew">What is known has proved wrong.</param>
    /// <param name="own">The caller's own budget; null or infinite for none.</param>
    /// <param name="elapsed">Time since the call began.</param>
    /// <param name="cancellationToken">The caller gives up.</param>
    /// <exception cref="SnakepitException">
    /// No silo answers in time, or there is no such pool. Says of this question that nothing ran.
    /// </exception>
    public async ValueTask<PoolView> ViewAsync(
        string pool, bool renew, TimeSpan? own, TimeSpan elapsed, CancellationToken cancellationToken)
    {
        PoolView view;
        var came = _time.GetTimestamp();
        await ReadyAsync(own, elapsed, cancellationToken).ConfigureAwait(false);
        elapsed += _time.GetElapsedTime(came);
        var began = _time.GetTimestamp();
        var left = own is { } budget && budget != Timeout.InfiniteTimeSpan
            ? Max(budget - elapsed, TimeSpan.Zero)
            : Timeout.InfiniteTimeSpan;
        try
        {
            view = renew
                ? await _views.RenewAsync(pool, left, cancellationToken).ConfigureAwait(false)
                : await _views.GetAsync(pool, left, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not SnakepitException && !cancellationToken.IsCancellationRequested)
        {
            var isSpent = left != Timeout.InfiniteTimeSpan && _time.GetElapsedTime(began) + Nearly >= left;
            throw isSpent ? TooLate(pool, own!.Value, error) : Unreachable(pool, error);
        }

        return view.Shards.Length > 0 ? view : throw view.NotFound();
    }

    /// <summary>
    /// A view that may list shards which the given one does not; the given one, when no silo answers or the pool has gone. However many
    /// calls ask, the pool is asked ten times a second at most.
    /// </summary>
    public async ValueTask<PoolView> NewestAsync(PoolView known, TimeSpan left, CancellationToken cancellationToken)
    {
        try
        {
            var view = await _views.RenewAsync(known.Pool, left, cancellationToken, Recent).ConfigureAwait(false);
            return view.Shards.Length > 0 ? view : known;
        }
        catch (Exception error) when (error is SnakepitException or TimeoutException)
        {
            return known;
        }
    }

    /// <summary>A connection to a gateway broke; the calls that are out find out what it means for them.</summary>
    public void Interrupt() => InFlight.Interrupt();

    public ShardPick Pick(PoolView view, RetryState tries, string? session) => ShardChoice.Pick(
        view.Shards,
        new ShardWish
        {
            Session = session,
            LocalSilo = _options.LocalShards?.Silo,
            LocalHasRoom = _options.LocalShards?.HasRoom(view.Pool),
            Avoid = tries.Avoid,
            Full = tries.Full,
            Reserved = tries.Reserved,
        },
        _count,
        Numbers);

    /// <summary>
    /// Hands a call to the own silo's shard; null when that is not where it goes. A message to a grain of the own silo would be handed from
    /// thread to thread twice more, which is a quarter of a lone call's time.
    /// </summary>
    public Task<ToolReply>? ExecuteLocally(ShardId shard, ToolRequest request, CancellationToken cancellationToken) =>
        _options.LocalShards is { } local && local.Silo == shard.Silo ? local.Execute(shard.Pool, request, cancellationToken) : null;

    /// <summary>
    /// Refuses a request that its pool would refuse, before its bytes travel: on the way they would hold up all other calls of this client.
    /// </summary>
    /// <exception cref="SnakepitException">It is too large.</exception>
    public static void CheckSize(ToolRequest request, PoolView view)
    {
        if (request.PayloadBytes > view.Terms.MaxRequestBytes)
        {
            throw new SnakepitException(
                SnakepitErrorCode.RequestTooLarge,
                $"The arguments of tool '{request.Tool}' have {request.PayloadBytes} bytes; pool '{view.Pool}' takes "
                + $"{view.Terms.MaxRequestBytes} at most (Snakepit:MaxRequestBytes of its silos). Raise it or send less.");
        }
    }

    /// <summary>No silo answered a question about a pool.</summary>
    public SnakepitException Unreachable(string pool, Exception error) => new(
        new Failure
        {
            Code = SnakepitErrorCode.ClusterUnreachable,
            Message = $"No silo answered{_cluster.Where} when asked for pool '{pool}': {error.Message}",
            Outcome = Outcome.NotStarted,
        },
        error);

    private async Task WatchAsync(string pool)
    {
        using var timer = new PeriodicTimer(WatchPeriod, _time);
        while (await timer.WaitForNextTickAsync().ConfigureAwait(false))
        {
            if (InFlight.HasCalls(pool))
            {
                _views.RenewWhenOld(pool);
                continue;
            }

            _watched.TryRemove(pool, out _);
            // A call that came between the look and the removal has started no watch of its own.
            if (!InFlight.HasCalls(pool) || !_watched.TryAdd(pool, true))
                return;
        }
    }

    private SnakepitException TooLate(string pool, TimeSpan budget, Exception error) => new(
        new Failure
        {
            Code = SnakepitErrorCode.DeadlineExceeded,
            Message = $"The budget of {budget.TotalSeconds:0.###} s was spent before a silo{_cluster.Where} "
                + $"had said where pool '{pool}' is.",
            Outcome = Outcome.NotStarted,
        },
        error);

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}

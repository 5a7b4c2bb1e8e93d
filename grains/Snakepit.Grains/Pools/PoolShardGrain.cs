using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Orleans.Placement;
using Snakepit.Core.Options;
using Snakepit.Core.Ports;
using Snakepit.Errors;
using Snakepit.Execution;
using Snakepit.Grains.Placement;
using Snakepit.Grains.Sessions;
using Snakepit.Pools;
using Snakepit.Workers;

namespace Snakepit.Grains.Pools;

/// <inheritdoc cref="IPoolShardGrain"/>
[PinnedPlacement, Immovable, KeepAlive, Reentrant]
internal sealed class PoolShardGrain(SnakepitOptions options, IWorkerHost host, OtherShards others, TimeProvider time, ILogger<PoolShardGrain> logger)
    : Grain, IPoolShardGrain, IAgeWatch
{
    /// <summary>Resolution of every deadline in the shard, and what it is while calls with short budgets are about.</summary>
    private static readonly TimeSpan TickPeriod = TimeSpan.FromMilliseconds(25);

    private static readonly TimeSpan ShortTickPeriod = TimeSpan.FromMilliseconds(5);

    private static readonly TimeSpan AnnouncePeriod = TimeSpan.FromSeconds(1);

    private ShardId _id;
    private Shard? _shard;
    private IGrainTimer? _timer;
    private bool _short;
    private (PoolState State, string? Reason) _announced = (PoolState.Starting, null);

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _id = ShardId.FromKey(this.GetPrimaryKeyString());
        if (options.Pools.FirstOrDefault(pool => pool.Name == _id.Pool) is { } pool)
        {
            PoolLog.Starting(logger, _id, pool.PoolSize);
            _shard = new Shard(_id, pool, options, host, this, (session, limit) => others.ForgetAsync(_id, session, limit), time, logger);
            _shard.Tick();
            _timer = this.RegisterGrainTimer(Tick, TickPeriod, TickPeriod);
            this.RegisterGrainTimer(AnnounceAsync, TimeSpan.Zero, AnnouncePeriod);
        }

        return base.OnActivateAsync(cancellationToken);
    }

    public Task StartAsync() => Task.CompletedTask; // activation has done it

    public Task<ToolReply> ExecuteAsync(ToolRequest request, CancellationToken cancellationToken)
    {
        if (_shard is null)
            return Task.FromResult(ToolReply.Failed(NoSuchPool()));
        var reply = _shard.ExecuteAsync(request, cancellationToken);
        SetPeriod();
        return reply;
    }

    public Task<StreamBatch> OpenStreamAsync(ToolRequest request, Guid stream)
    {
        if (_shard is null)
            return Task.FromResult(StreamBatch.Failed(0, NoSuchPool()));
        var batch = _shard.Streams.OpenAsync(request, stream);
        SetPeriod();
        return batch;
    }

    public Task<StreamBatch> ReadStreamAsync(Guid stream, long have) =>
        _shard?.Streams.ReadAsync(stream, have) ?? Task.FromResult(StreamBatch.Failed(have, NoSuchPool()));

    public Task TouchStreamAsync(Guid stream)
    {
        _shard?.Streams.Touch(stream);
        return Task.CompletedTask;
    }

    public Task ProbeReadersAsync()
    {
        _shard?.Streams.Probe();
        return Task.CompletedTask;
    }

    public Task CloseStreamAsync(Guid stream)
    {
        _shard?.Streams.Close(stream);
        return Task.CompletedTask;
    }

    public Task<bool> ForgetSessionAsync(string session)
    {
        if (_shard is null)
            DeactivateOnIdle();
        _shard?.Forget(session);
        return Task.FromResult(_shard is not null);
    }

    public Task<ShardReport?> GetReportAsync()
    {
        if (_shard is null)
            DeactivateOnIdle(); // names come from callers; what does not exist must not stay in memory
        return Task.FromResult(_shard?.Report());
    }

    public Task<int> RecycleAsync(int? slot, RecycleReason reason) => Task.FromResult(_shard?.Recycle(slot, reason) ?? 0);

    public Task<TimeSpan?> LookAtAgeAsync(int slot) => Task.FromResult(_shard?.LookAtAge(slot));

    /// <inheritdoc/>
    public async Task WatchAsync(WorkerId worker, TimeSpan ttl)
    {
        try
        {
            await GrainFactory.GetGrain<IWorkerGrain>(worker.Slot.ToString()).WatchAgeAsync(ttl);
        }
        catch (Exception error) // the worker is fine, only nobody watches its age; an operator has to know
        {
            PoolLog.AgeNotWatched(logger, error, worker);
        }
    }

    public Task DrainAsync(TimeSpan limit) => _shard?.DrainAsync(limit) ?? Task.CompletedTask;

    private Task Tick()
    {
        _shard!.Tick();
        SetPeriod();
        return Task.CompletedTask;
    }

    private void SetPeriod()
    {
        if (_short == _shard!.HasShortBudgets)
            return;
        _short = !_short;
        var period = _short ? ShortTickPeriod : TickPeriod;
        _timer!.Change(period, period);
    }

    private Task AnnounceAsync()
    {
        var report = _shard!.Report();
        if (report.State != _announced.State || (report.State == PoolState.Tripped && report.Reason != _announced.Reason))
        {
            _announced = (report.State, report.Reason);
            if (report.State is PoolState.Failed or PoolState.Tripped)
                PoolLog.Failed(logger, _id, report.State, report.Reason ?? "unknown");
            else
                PoolLog.StateChanged(logger, _id, report.State);
        }

        return GrainFactory.GetGrain<IPoolGrain>(_id.Pool).AnnounceAsync(report);
    }

    private Failure NoSuchPool() => new()
    {
        Code = SnakepitErrorCode.PoolNotFound,
        Message = $"Silo '{_id.Silo}' has no pool '{_id.Pool}'. Its pools: {string.Join(", ", options.Pools.Select(pool => pool.Name))}.",
        Outcome = Outcome.NotStarted,
        Stage = CallStage.Dispatch,
    };
}

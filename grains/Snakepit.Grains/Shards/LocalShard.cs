using Snakepit.Core.Ports;
using Snakepit.Execution;
using Snakepit.Grains.Shards.Engine;
using Snakepit.Grains.Shards.Workers;
using Snakepit.Grains.Telemetry;
using Snakepit.Identity;
using Snakepit.Pools;
using Snakepit.Sessions;
using Snakepit.Supervision;
using Snakepit.Tools;

namespace Snakepit.Grains.Shards;

/// <summary>
/// A shard with its turns, its clock and its announcements. Every member may be called from any thread; each becomes a turn.
/// </summary>
internal sealed class LocalShard : IAgeWatch
{
    /// <summary>Resolution of every deadline in the shard, and what it is while calls with short budgets are about.</summary>
    private static readonly TimeSpan TickPeriod = TimeSpan.FromMilliseconds(25);

    private static readonly TimeSpan ShortTickPeriod = TimeSpan.FromMilliseconds(5);

    /// <summary>Of one answer.</summary>
    private const int MostSessions = 1000;

    /// <summary>Of one profile.</summary>
    private static readonly TimeSpan LongestProfile = TimeSpan.FromMinutes(1);

    private readonly ShardTurns _turns = new();
    private readonly ShardServices _services;
    private readonly Shard _shard;
    private readonly ShardAnnouncer _announcer;
    private readonly ShardTasks _tasks;
    private ITimer? _timer;
    private int _ticking;
    private bool _short;
    private (bool HasWaiting, bool HasRoom) _pressure;
    private volatile ShardFigures? _latest;

    public LocalShard(ShardId id, Incarnation incarnation, ShardSettings settings, ShardServices services, IShardObserver observer)
    {
        Id = id;
        _services = services;
        _shard = ShardFactory.Create(new ShardPlace(id, incarnation, _turns, observer), settings, services, this);
        _tasks = new ShardTasks(id, services.Logger);
        _announcer = new ShardAnnouncer(this, services);
    }

    public ShardId Id { get; }

    /// <summary>A call that comes now would begin at once.</summary>
    public bool HasRoom => _shard.HasRoom;

    /// <inheritdoc cref="ShardAnnouncer.IsKnown"/>
    public bool IsKnown => _announcer.IsKnown;

    /// <summary>Starts workers, deadlines and announcements. Called once.</summary>
    public void Start()
    {
        PoolLog.Starting(_services.Logger, Id, _shard.Size);
        _tasks.Own(_turns.Run(Tick));
        _timer = _services.Time.CreateTimer(static shard => ((LocalShard)shard!).OnTimer(), this, TickPeriod, TickPeriod);
        _tasks.Own(_announcer.RunAsync());
    }

    /// <inheritdoc cref="ShardHost.DrainAsync"/>
    public async Task DrainAsync(TimeSpan limit)
    {
        var begun = _turns.Run(() => _shard.DrainAsync(limit));
        _announcer.Announce();
        await await begun;
    }

    /// <summary>Takes a drain back, unless the condition holds when the turn comes.</summary>
    public void Resume(Func<bool> unless)
    {
        _tasks.Own(_turns.Run(() =>
        {
            if (!unless())
                _shard.Resume();
        }));
        _announcer.Announce();
    }

    /// <summary>Ends deadlines and announcements.</summary>
    public async Task EndAsync()
    {
        if (_timer is not null)
            await _timer.DisposeAsync();
        await _announcer.EndAsync();
    }

    /// <inheritdoc cref="Calls.CallDesk.ExecuteAsync"/>
    public Task<ToolReply> ExecuteAsync(ToolRequest request, bool isLocal, CancellationToken cancellationToken) => _turns.RunAsync(() =>
    {
        var reply = _shard.ExecuteAsync(request, isLocal, cancellationToken);
        SetPeriod();
        return reply;
    });

    /// <inheritdoc cref="IPoolShardGrain.AwaitCallUpAsync"/>
    public Task<HeldReply> AwaitCallUpAsync(Guid call) => _turns.RunAsync(() => _shard.AwaitCallUpAsync(call));

    /// <inheritdoc cref="IPoolShardGrain.GiveUpAsync"/>
    public Task GiveUpAsync(Guid call) => _turns.Run(() => _shard.GiveUp(call));

    /// <inheritdoc cref="IPoolShardGrain.BeginAsync"/>
    public Task<ToolReply> BeginAsync(ResumeRequest request, CancellationToken cancellationToken) =>
        _turns.RunAsync(() => _shard.BeginAsync(request, cancellationToken));

    /// <inheritdoc cref="IPoolShardGrain.ResumeAsync"/>
    public async Task<ResumeReply> ResumeAsync(ResumeRequest request)
    {
        var (answer, unknownFor) = await _turns.Run(() => _shard.AnswerOrWithdraw(request)).ConfigureAwait(false);
        return new ResumeReply(answer is null ? null : await answer.ConfigureAwait(false), unknownFor);
    }

    public Task<ProgressStep?> NextProgressAsync(Guid call, long have) => _turns.RunAsync(() => _shard.NextProgressAsync(call, have));

    public Task<StreamBatch> OpenStreamAsync(ToolRequest request, Guid stream) => _turns.RunAsync(() =>
    {
        var batch = _shard.OpenStreamAsync(request, stream);
        SetPeriod();
        return batch;
    });

    public Task<StreamBatch> ReadStreamAsync(Guid stream, long have) => _turns.RunAsync(() => _shard.Streams.ReadAsync(stream, have));

    public Task TouchStreamAsync(Guid stream) => _turns.Run(() => _shard.Streams.Touch(stream));

    public Task ProbeReadersAsync() => _turns.Run(() => _shard.Streams.Probe());

    public Task CloseStreamAsync(Guid stream) => _turns.Run(() => _shard.Streams.Close(stream));

    public Task ForgetAsync(string session) => _turns.Run(() => _shard.Forget(session));

    public Task<ShardReport> ReportAsync(bool output) => _turns.Run(() => _shard.Report(output));

    public Task<ShardTools> ToolsAsync() => _turns.Run(() => _shard.Tools());

    public Task<ShardIntroduction> IntroduceAsync() => _turns.Run(() =>
    {
        _latest = _shard.Figures();
        return new ShardIntroduction(_latest.Pulse, _shard.Terms());
    });

    /// <summary>What it has announced last, within a second; null before the first time.</summary>
    public ShardFigures? Latest => _latest;

    public Task<(PoolState State, string? Reason)> StateAsync() => _turns.Run(() => (_shard.State, _shard.Reason));

    public Task<int> RecycleAsync(int? slot, RecycleReason reason) => _turns.Run(() => _shard.Recycle(slot, reason));

    /// <inheritdoc cref="IPoolShardGrain.GetStacksAsync"/>
    public async Task<WorkerStacks[]> StacksAsync(int? slot) =>
        await StackQuestion.AskAsync(await _turns.Run(() => _shard.Workers(slot)));

    /// <inheritdoc cref="IPoolShardGrain.GetSessionsAsync"/>
    public Task<SessionList> SessionsAsync(int most) => _turns.Run(() => _shard.Sessions(Math.Clamp(most, 1, MostSessions)));

    /// <inheritdoc cref="IWorkerGrain.GetSamplesAsync"/>
    public async Task<WorkerSamples?> SamplesAsync(int slot, int? generation, TimeSpan duration)
    {
        var workers = await _turns.Run(() => _shard.Workers(slot));
        if (workers.LastOrDefault(each => generation is null || each.Id.Generation == generation) is not { Worker: { } worker } found)
            return null;
        var answer = await worker.ProfileAsync(duration < LongestProfile ? duration : LongestProfile);
        return new WorkerSamples
        {
            Worker = found.Id,
            Pid = worker.Facts.Pid,
            Speedscope = answer.Speedscope,
            Refusal = answer.Refusal,
        };
    }

    /// <inheritdoc cref="IWorkerHost.ReadOutputAsync"/>
    public Task<OutputPage?> ReadOutputAsync(SlotId slot, OutputQuestion question) => _services.Workers.ReadOutputAsync(slot, question);

    /// <inheritdoc cref="Shard.Resize"/>
    public Task<int> ResizeAsync(int? size) => _turns.Run(() => _shard.Resize(size));

    public Task<TimeSpan?> LookAtAgeAsync(int slot) => _turns.Run(() => _shard.LookAtAge(slot));

    /// <summary>Lets waiting calls leave for shards that have room.</summary>
    public Task MoveAsync(ShardRoom[] room) => _turns.Run(() => _shard.MoveQueued(room));

    /// <inheritdoc/>
    public async Task WatchAsync(WorkerId worker, TimeSpan ttl)
    {
        try
        {
            await _services.Grains.GetGrain<IWorkerGrain>(worker.Slot.ToString()).WatchAgeAsync(ttl).ConfigureAwait(false);
        }
        catch (Exception error) // the worker is fine, but its age is only looked at once a minute; an operator has to know
        {
            PoolLog.AgeNotWatched(_services.Logger, error, worker);
        }
    }

    /// <summary>One tick at a time: when turns take longer than a tick, none piles up behind them.</summary>
    private void OnTimer()
    {
        if (Interlocked.Exchange(ref _ticking, 1) == 0)
            _tasks.Own(_turns.Run(TickOnce));
    }

    private void TickOnce()
    {
        Volatile.Write(ref _ticking, 0);
        Tick();
    }

    private void Tick()
    {
        _shard.Tick();
        SetPeriod();
        // Calls go from shards that have waiting ones to shards that have room, so a change of either is announced before its second.
        var pressure = (_shard.HasWaiting, _shard.HasRoom);
        if (pressure == _pressure)
            return;
        _pressure = pressure;
        _announcer.Announce();
    }

    private void SetPeriod()
    {
        if (_short == _shard.HasShortBudgets)
            return;
        _short = !_short;
        var period = _short ? ShortTickPeriod : TickPeriod;
        _timer?.Change(period, period);
    }
}

using Snakepit.Grains.Shards.Engine;
using Snakepit.Pools;

namespace Snakepit.Grains.Shards;

/// <summary>
/// Announces a shard's pulse to its pool: each second, four times a second while calls wait, and soon after <see cref="Announce"/>.
/// Carries the pool's answer back: which waiting calls may go elsewhere.
/// </summary>
internal sealed class ShardAnnouncer(LocalShard shard, ShardServices services)
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>Between two pulses of a shard in which calls wait, and the shortest pause there is.</summary>
    private static readonly TimeSpan ShortPeriod = TimeSpan.FromMilliseconds(250);

    /// <summary>How long one announcement may take: the pool's grain may be on a silo that has just died.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _end = new();
    private readonly SemaphoreSlim _wanted = new(0, 1);
    private (PoolState State, string? Reason) _announced = (PoolState.Starting, null);
    private int _terms = -1;
    private volatile bool _isKnown;
    private Task _running = Task.CompletedTask;

    /// <summary>
    /// The pool has learned that the shard serves. Until then routers send it no call. An orchestrator that stops another silo before that
    /// would leave callers without a shard.
    /// </summary>
    public bool IsKnown => _isKnown;

    /// <summary>Announces until <see cref="EndAsync"/>. Called once.</summary>
    public Task RunAsync() => _running = AnnounceAsync();

    /// <summary>Something has changed that other shards or routers should know before the next second.</summary>
    public void Announce()
    {
        try
        {
            if (_wanted.CurrentCount == 0)
                _wanted.Release();
        }
        catch (SemaphoreFullException) // another thread has just said the same
        {
        }
    }

    public async Task EndAsync()
    {
        await _end.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task AnnounceAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            var introduction = await shard.IntroduceAsync().ConfigureAwait(false);
            await LogAsync().ConfigureAwait(false);
            await SendAsync(introduction).ConfigureAwait(false);
            await Task.Delay(ShortPeriod, services.Time, _end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (introduction.Pulse.Queued == 0)
                await WaitAsync(Period - ShortPeriod).ConfigureAwait(false);
        }
    }

    private async Task SendAsync(ShardIntroduction introduction)
    {
        try
        {
            var pool = services.Grains.GetGrain<IPoolGrain>(shard.Id.Pool);
            var terms = introduction.Pulse.Terms == _terms ? null : introduction.Terms;
            var answer = await pool.AnnounceAsync(introduction.Pulse, terms)
                .WaitAsync(Limit, services.Time, _end.Token).ConfigureAwait(false);
            if (answer.WantsTerms)
                answer = await pool.AnnounceAsync(introduction.Pulse, introduction.Terms)
                    .WaitAsync(Limit, services.Time, _end.Token).ConfigureAwait(false);
            _terms = introduction.Pulse.Terms;
            _isKnown |= introduction.Pulse.State is PoolState.Ready or PoolState.Degraded;
            if (answer.Room.Length > 0)
                await shard.MoveAsync(answer.Room).ConfigureAwait(false);
        }
        catch (Exception) // the pool's grain is on its way to another silo, or this silo is leaving: the next pulse says it again
        {
            _terms = -1;
        }
    }

    private async Task WaitAsync(TimeSpan pause)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(_end.Token);
        await Task.WhenAny(_wanted.WaitAsync(late.Token), Task.Delay(pause, services.Time, late.Token)).ConfigureAwait(false);
        await late.CancelAsync().ConfigureAwait(false);
    }

    private async Task LogAsync()
    {
        var now = await shard.StateAsync().ConfigureAwait(false);
        if (now.State == _announced.State && (now.State != PoolState.Tripped || now.Reason == _announced.Reason))
            return;
        _announced = now;
        if (now.State is PoolState.Failed or PoolState.Tripped)
            PoolLog.Failed(services.Logger, shard.Id, now.State, now.Reason ?? "unknown");
        else
            PoolLog.StateChanged(services.Logger, shard.Id, now.State);
    }
}

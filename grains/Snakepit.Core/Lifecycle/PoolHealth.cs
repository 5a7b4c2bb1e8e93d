using Snakepit.Pools;

namespace Snakepit.Core.Lifecycle;

/// <summary>Whether the shard takes calls, decided from what its workers did.</summary>
internal sealed class PoolHealth(int size)
{
    /// <summary>Failed starts in a row, with nothing ready, after which a pool counts as failed.</summary>
    private readonly int _failureLimit = Math.Min(size, 3);

    private bool _everReady;
    private bool _draining;
    private int _ready;
    private int _failedStarts;

    public string? LastFailure { get; private set; }

    public PoolState State =>
        _draining ? PoolState.Draining
        : _ready > 0 ? PoolState.Ready
        : _failedStarts >= _failureLimit ? PoolState.Failed
        : _everReady ? PoolState.Degraded
        : PoolState.Starting;

    public void WorkerReady()
    {
        _ready++;
        _everReady = true;
        _failedStarts = 0;
        LastFailure = null;
    }

    public void ReadyWorkerLeft(string? reason)
    {
        _ready--;
        LastFailure = reason ?? LastFailure;
    }

    public void StartFailed(string reason)
    {
        // Beside a ready worker it says nothing about the pool, which would otherwise fail at the first death of that worker.
        if (_ready == 0)
            _failedStarts++;
        LastFailure = reason;
    }

    public void Drain() => _draining = true;
}

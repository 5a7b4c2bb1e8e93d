using Snakepit.Pools;

namespace Snakepit.Core.Lifecycle;

/// <summary>Whether the shard takes calls, decided from what its workers did.</summary>
internal sealed class PoolHealth(int size, CrashBreaker breaker)
{
    private bool _everReady;
    private bool _slept = size == 0;
    private bool _draining;
    private int _ready;
    private int _failedStarts;
    private int _size = size;
    private string? _lastFailure;

    /// <summary>Why the pool is not well; null once a worker is ready.</summary>
    public string? LastFailure => breaker.Reason ?? _lastFailure;

    /// <summary>No worker has been ready since the pool slept.</summary>
    public bool IsWaking => _slept && _ready == 0;

    public PoolState State =>
        _draining ? PoolState.Draining
        : _size == 0 ? PoolState.Ready // it sleeps; a call wakes it
        : _ready == 0 && _failedStarts >= FailureLimit ? PoolState.Failed
        : breaker.State != BreakerState.Closed ? PoolState.Tripped
        : _ready > 0 ? PoolState.Ready
        : _everReady || _slept ? PoolState.Degraded
        : PoolState.Starting;

    /// <summary>The pool is asked to keep another number of workers.</summary>
    public void Resize(int size)
    {
        _size = size;
        _slept |= size == 0;
    }

    public void WorkerReady()
    {
        _ready++;
        _everReady = true;
        _slept = _size == 0; // one that becomes ready when the pool sleeps again leaves at once
        _failedStarts = 0;
        _lastFailure = null;
    }

    public void ReadyWorkerLeft(string? reason)
    {
        _ready--;
        _lastFailure = reason ?? _lastFailure;
    }

    public void StartFailed(string reason)
    {
        // Beside a ready worker it says nothing about the pool, which would otherwise fail at the first death of that worker.
        if (_ready == 0)
            _failedStarts++;
        _lastFailure = reason;
    }

    /// <summary>Failed starts in a row, with nothing ready, after which a pool counts as failed.</summary>
    private int FailureLimit => Math.Min(_size, 3);

    public void Drain() => _draining = true;

    /// <summary>Takes a drain back; the state is what the workers make of it again.</summary>
    public void Resume() => _draining = false;
}

using Microsoft.Extensions.Logging;
using Snakepit.Core.Ports;
using Snakepit.Workers;

namespace Snakepit.Grains.Pools;

/// <summary>
/// Pings the workers of a shard from time to time and keeps what they say. Silence is said, not punished: a tool in C may
/// hold the interpreter with every right.
/// </summary>
internal sealed class HealthWatch(int slots, TimeSpan limit, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private readonly WorkerVitals?[] _latest = new WorkerVitals?[slots];

    /// <summary>What the worker of a slot said last; null before its first pong.</summary>
    public WorkerVitals? Latest(int slot) => _latest[slot];

    /// <summary>Watches one process until it ends.</summary>
    public async Task WatchAsync(IWorker worker, WorkerId id)
    {
        var slot = id.Slot.Slot;
        var silent = false;
        _latest[slot] = null;
        while (true)
        {
            var vitals = await worker.PingAsync(limit);
            if (worker.Exited.IsCompleted)
                return;
            _latest[slot] = vitals ?? _latest[slot];
            if (vitals is null && !silent)
                PoolLog.WorkerSilent(logger, id, worker.Facts.Pid, limit.TotalSeconds);
            else if (vitals is not null && silent)
                PoolLog.WorkerAnswersAgain(logger, id, worker.Facts.Pid);
            silent = vitals is null;
            await Task.WhenAny(worker.Exited, Task.Delay(Interval, time));
        }
    }
}

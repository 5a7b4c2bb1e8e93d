using System.Collections.Concurrent;

namespace Snakepit.Grains.Shards.Engine;

/// <summary>
/// The turns of a shard: one at a time, in the order in which they were asked for. When no turn is running, the thread that asks for one
/// runs it itself, so that a lone call is not handed from thread to thread; else the thread that runs turns takes it too. Thread-safe.
/// </summary>
/// <remarks>A turn that awaits goes on in a later turn, because this is the task scheduler that its awaits see.</remarks>
internal sealed class ShardTurns : TaskScheduler, IThreadPoolWorkItem
{
    /// <summary>
    /// Turns of others that a thread runs after its own. A thread that came with one answer of one worker must go back to reading
    /// that worker's answers; the thread pool takes over what is left.
    /// </summary>
    private const int GuestTurns = 16;

    /// <summary>The same for a thread of the pool, which other work waits for.</summary>
    private const int PoolTurns = 256;

    [ThreadStatic]
    private static ShardTurns? _entering;

    private readonly ConcurrentQueue<Task> _waiting = new();

    /// <summary>
    /// Turns waiting and running. The thread that raises it from 0 to 1 runs turns until it is 0 again, or passes that on to the thread
    /// pool.
    /// </summary>
    private int _count;

    public override int MaximumConcurrencyLevel => 1;

    /// <summary>Runs a turn. The task has ended on return when no turn was running; its exception is the task's.</summary>
    public Task<T> Run<T>(Func<T> turn)
    {
        var task = new Task<T>(turn);
        Start(task);
        return task;
    }

    /// <summary>Runs a turn that others wait for the end of: the task ends with the one that the turn returns.</summary>
    public Task<T> RunAsync<T>(Func<Task<T>> turn)
    {
        var begun = Run(turn);
        return begun.IsCompletedSuccessfully ? begun.Result : begun.Unwrap();
    }

    /// <inheritdoc cref="Run{T}(Func{T})"/>
    public Task Run(Action turn)
    {
        var task = new Task(turn);
        Start(task);
        return task;
    }

    private void Start(Task task)
    {
        var before = _entering;
        _entering = this;
        try
        {
            task.Start(this);
        }
        finally
        {
            _entering = before;
        }
    }

    protected override void QueueTask(Task task)
    {
        var mayRunHere = _entering == this;
        _entering = null; // a turn that this turn starts must wait in the queue
        if (mayRunHere && Interlocked.CompareExchange(ref _count, 1, 0) == 0)
        {
            TryExecuteTask(task);
            RunWaiting(GuestTurns);
            return;
        }

        _waiting.Enqueue(task);
        if (Interlocked.Increment(ref _count) == 1)
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
    }

    void IThreadPoolWorkItem.Execute()
    {
        RunNext();
        RunWaiting(PoolTurns);
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        !taskWasPreviouslyQueued && Current == this && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks() => [.. _waiting];

    /// <summary>The turn before has ended. Runs up to <paramref name="most"/> more and leaves the rest to the thread pool.</summary>
    private void RunWaiting(int most)
    {
        while (Interlocked.Decrement(ref _count) > 0)
        {
            if (most-- == 0)
            {
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
                return;
            }

            RunNext();
        }
    }

    /// <summary>A turn is put into the queue before it is counted, so there is one.</summary>
    private void RunNext()
    {
        if (_waiting.TryDequeue(out var task))
            TryExecuteTask(task);
    }
}

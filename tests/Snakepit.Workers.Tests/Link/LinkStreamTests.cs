using Snakepit.Protos.V1;
using Snakepit.TestKit;
using Snakepit.Workers.Link;
using Snakepit.Workers.Link.Carriers;

namespace Snakepit.Workers.Tests.Link;

/// <summary>What becomes of a stream that cannot be written any more: the end of its reader has the worker replaced.</summary>
public sealed class LinkStreamTests
{
    private static ToWorkerItem Item => new() { Ping = new Ping() };

    [Fact]
    public async Task A_stream_whose_carrier_throws_ends_for_its_reader_with_the_cause()
    {
        using var stream = await OpenAsync(() => throw new TaskSchedulerException("no thread can be made"));

        stream.TrySend(Item);

        var error = await Assert.ThrowsAsync<LinkException>(() => stream.RunAsync().WithinAsync(Eventually.Limit));
        Assert.Contains("no thread can be made", error.Message, StringComparison.Ordinal);
        Assert.False(stream.TrySend(Item));
    }

    [Fact]
    public async Task A_stream_whose_carrier_takes_no_more_ends_for_its_reader()
    {
        using var stream = await OpenAsync(() => ValueTask.FromResult(false));

        stream.TrySend(Item);

        await stream.RunAsync().WithinAsync(Eventually.Limit);
        Assert.False(stream.TrySend(Item));
    }

    [Fact]
    public async Task A_stream_whose_pump_cannot_be_started_ends_for_its_reader_and_says_that_nothing_was_sent()
    {
        using var stream = await OpenAsync(() => ValueTask.FromResult(true));

        Assert.False(
            await Task.Factory.StartNew(
                () => stream.TrySend(Item),
                CancellationToken.None,
                TaskCreationOptions.None,
                new FirstOnly()).WithinAsync(Eventually.Limit));

        await Assert.ThrowsAsync<LinkException>(() => stream.RunAsync().WithinAsync(Eventually.Limit));
    }

    private static Task<LinkStream> OpenAsync(Func<ValueTask<bool>> write) =>
        LinkStream.OpenAsync(new Carrier(write), new Hello(), (_, _) => { }, _ => { }, CancellationToken.None);

    /// <summary>Takes the Hello; what becomes of the rest says the test. Its worker never says anything more.</summary>
    private sealed class Carrier(Func<ValueTask<bool>> write) : ICarrier
    {
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ValueTask<bool> TryWriteAsync(ToWorker frame) => frame.Items[0].Hello is null ? write() : ValueTask.FromResult(true);

        public Task<FromWorker?> ReadAsync() =>
            Task.FromResult<FromWorker?>(new FromWorker { Items = { new FromWorkerItem { Welcome = new Welcome() } } });

        public Task ReadAllAsync(Action<FromWorker> received) => _ended.Task;

        public void End() => _ended.TrySetResult();

        public void Dispose() => End();
    }

    /// <summary>Runs one task and cannot find a thread for any other.</summary>
    private sealed class FirstOnly : TaskScheduler
    {
        private int _queued;

        protected override void QueueTask(Task task)
        {
            if (Interlocked.Increment(ref _queued) > 1)
                throw new OutOfMemoryException("no thread can be made");
            ThreadPool.QueueUserWorkItem(_ => TryExecuteTask(task));
        }

        protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

        protected override IEnumerable<Task> GetScheduledTasks() => [];
    }
}

using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Snakepit.Core.Telemetry;
using Snakepit.Execution;
using Snakepit.Hosting.Events;
using Snakepit.Identity;
using Snakepit.Pools;
using Snakepit.TestKit;

namespace Snakepit.Hosting.Tests.Telemetry;

public sealed class EventHubTests : IDisposable
{
    private static readonly ShardId Shard = new("pool", "a");
    private static readonly WorkerId Worker = new(new SlotId(Shard, 0), 1);

    private readonly EventHub _hub = new(NullLogger<EventHub>.Instance);
    private readonly ConcurrentQueue<ShardEvent> _seen = new();

    public void Dispose() => _hub.Dispose();

    [Fact]
    public async Task A_handler_gets_the_events_of_its_type_in_their_order()
    {
        _hub.Subscribe<WorkerEvent>(_seen.Enqueue);

        var observer = _hub.For(Shard);
        observer.Happened(new WorkerStarted(Worker));
        observer.Happened(new PoolStateChanged(Shard, PoolState.Starting, PoolState.Ready, null));
        observer.Happened(new WorkerReady(Worker, 7, TimeSpan.FromSeconds(1)));

        await Eventually.HoldsAsync(() => _seen.Count == 2);
        Assert.Equal([new WorkerStarted(Worker), new WorkerReady(Worker, 7, TimeSpan.FromSeconds(1))], _seen);
    }

    [Fact]
    public void Calls_are_told_of_only_when_a_handler_takes_them()
    {
        var observer = _hub.For(Shard);
        Assert.False(observer.HearsCalls);

        using (_hub.Subscribe<WorkerEvent>(_seen.Enqueue))
            Assert.False(observer.HearsCalls);
        using (_hub.Subscribe<ShardEvent>(_seen.Enqueue))
            Assert.True(observer.HearsCalls);
        using (_hub.Subscribe<CallExecuted>(_seen.Enqueue))
            Assert.True(observer.HearsCalls);

        Assert.False(observer.HearsCalls);
    }

    [Fact]
    public async Task A_call_is_told_with_its_worker_and_its_stages()
    {
        _hub.Subscribe<CallExecuted>(_seen.Enqueue);
        var request = new ToolRequest { Tool = "add", Arguments = [], Budget = TimeSpan.FromSeconds(1), CorrelationId = "order-7" };
        var reply = new ToolReply { Slot = 0, Generation = 1, Times = new() { Python = TimeSpan.FromMilliseconds(5) } };

        _hub.For(Shard).Answered(new AnsweredCall(request, reply, TimeSpan.FromMilliseconds(2), TimeSpan.FromMilliseconds(8), false));

        await Eventually.HoldsAsync(() => !_seen.IsEmpty);
        var call = Assert.IsType<CallExecuted>(Assert.Single(_seen));
        Assert.Equal((Worker, "order-7", TimeSpan.FromMilliseconds(8)), (call.Worker, call.CorrelationId, call.Duration));
        Assert.Equal((TimeSpan.FromMilliseconds(2), TimeSpan.FromMilliseconds(5)), (call.Stages.Queue, call.Stages.Python));
    }

    [Fact]
    public async Task A_handler_that_throws_keeps_no_event_from_the_others()
    {
        _hub.Subscribe<ShardEvent>(_ => throw new InvalidOperationException("no good"));
        _hub.Subscribe<ShardEvent>(_seen.Enqueue);

        _hub.For(Shard).Happened(new WorkerStarted(Worker));
        _hub.For(Shard).Happened(new WorkerTainted(Worker));

        await Eventually.HoldsAsync(() => _seen.Count == 2);
    }

    [Fact]
    public async Task Events_that_a_slow_handler_leaves_no_room_for_are_dropped_and_counted()
    {
        var (begun, gate) = (new TaskCompletionSource(), new ManualResetEventSlim());
        _hub.Subscribe<ShardEvent>(what =>
        {
            begun.TrySetResult();
            gate.Wait();
            _seen.Enqueue(what);
        });
        var observer = _hub.For(Shard);
        observer.Happened(new WorkerStarted(Worker));
        await begun.Task.WithinAsync(Eventually.Limit); // the handler has the first one

        for (var i = 0; i < EventHub.Most + 3; i++)
            observer.Happened(new WorkerStarted(Worker));

        Assert.Equal(3, _hub.Dropped);
        gate.Set();
        await Eventually.HoldsAsync(() => _seen.Count == EventHub.Most + 1);
    }

    [Fact]
    public async Task A_subscription_that_has_ended_hears_nothing()
    {
        _hub.Subscribe<WorkerStarted>(_seen.Enqueue).Dispose();
        var others = new ConcurrentQueue<ShardEvent>();
        _hub.Subscribe<WorkerStarted>(others.Enqueue);

        _hub.For(Shard).Happened(new WorkerStarted(Worker));

        await Eventually.HoldsAsync(() => !others.IsEmpty);
        Assert.Empty(_seen);
    }
}

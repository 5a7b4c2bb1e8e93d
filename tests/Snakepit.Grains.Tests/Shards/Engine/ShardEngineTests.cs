using Snakepit.Core.Scheduling;
using Snakepit.Grains.Shards.Engine;

namespace Snakepit.Grains.Tests.Shards.Engine;

public sealed class ShardEngineTests : IDecisionHandler
{
    private readonly PoolScheduler _scheduler = new(new SchedulerSpec { Size = 1 }, () => 0.5);
    private readonly ShardEngine _engine;
    private readonly List<int> _carriedOut = [];
    private Action<int>? _meanwhile;

    public ShardEngineTests()
    {
        _engine = new ShardEngine(_scheduler);
        _engine.Begin(this);
    }

    [Fact]
    public void Decisions_are_carried_out_in_the_order_in_which_they_were_made()
    {
        _engine.Apply([Start(1), Start(2)]);

        Assert.Equal([1, 2], _carriedOut);
    }

    [Fact]
    public void Decisions_that_come_while_others_are_carried_out_wait_for_those()
    {
        _meanwhile = generation =>
        {
            if (generation == 1)
                _engine.Apply([Start(3)]);
        };

        _engine.Apply([Start(1), Start(2)]);

        Assert.Equal([1, 2, 3], _carriedOut);
    }

    [Fact]
    public void An_exception_of_the_handler_does_not_silence_the_shard()
    {
        _meanwhile = generation => throw new InvalidOperationException($"{generation}");
        Assert.Throws<InvalidOperationException>(() => _engine.Apply([Start(1)]));
        _meanwhile = null;

        _engine.Apply([Start(2)]);

        Assert.Equal([1, 2], _carriedOut);
    }

    [Fact]
    public void There_is_room_when_a_worker_is_ready_and_idle()
    {
        Assert.False(_engine.HasRoom);
        _engine.Apply(_scheduler.Tick(TimeSpan.FromSeconds(1)));
        _engine.Apply(_scheduler.WorkerReady(0, 1, 1, TimeSpan.FromSeconds(2)));

        Assert.True(_engine.HasRoom);
        _engine.Apply(_scheduler.Submit(new Ticket(), TimeSpan.FromSeconds(3)));
        Assert.False(_engine.HasRoom);
    }

    void IDecisionHandler.CarryOut(Decision decision)
    {
        _carriedOut.Add(decision.Generation);
        _meanwhile?.Invoke(decision.Generation);
    }

    private static Decision Start(int generation) => new(DecisionKind.StartWorker, null, null, generation);
}

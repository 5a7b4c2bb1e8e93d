using Microsoft.Extensions.Logging.Abstractions;
using Snakepit.Core.Ports;
using Snakepit.Core.Telemetry;
using Snakepit.Execution;
using Snakepit.Grains.Telemetry;

namespace Snakepit.Grains.Tests.Telemetry;

public sealed class CompositeObserverTests
{
    private static readonly AnsweredCall Call = new(
        new ToolRequest { Tool = "t", Arguments = [], Budget = TimeSpan.Zero },
        new ToolReply(),
        TimeSpan.Zero,
        TimeSpan.Zero,
        IsStream: false);

    [Fact]
    public void An_observer_that_fails_costs_neither_the_shard_nor_the_others_anything()
    {
        var heard = new Hearing();
        var all = new CompositeObserver([new Failing(), heard], NullLogger.Instance);

        all.Answered(Call);
        all.ItemsRead("t", 2);
        all.Happened(new WorkerStarted(default));

        Assert.Equal((true, 1, 2, 1), (all.HearsCalls, heard.Calls, heard.Items, heard.Events));
    }

    private sealed class Failing : IShardObserver
    {
        public bool HearsCalls => true;

        public void Answered(in AnsweredCall call) => throw new InvalidOperationException("a listener of others");

        public void ItemsRead(string tool, int items) => throw new InvalidOperationException("a listener of others");

        public void Happened(ShardEvent what) => throw new InvalidOperationException("a listener of others");
    }

    private sealed class Hearing : IShardObserver
    {
        public int Calls { get; private set; }

        public int Items { get; private set; }

        public int Events { get; private set; }

        public bool HearsCalls => true;

        public void Answered(in AnsweredCall call) => Calls++;

        public void ItemsRead(string tool, int items) => Items += items;

        public void Happened(ShardEvent what) => Events++;
    }
}

using Snakepit.Core.Ports;
using Snakepit.Identity;
using Snakepit.Workers.Launch;
using Snakepit.Workers.Orphans;

namespace Snakepit.Workers.Tests.Launch;

public sealed class WorkerCommandTests
{
    [Fact]
    public void The_adapters_arguments_come_behind_a_mark_that_keeps_them_apart_from_the_workers()
    {
        var spec = new WorkerSpec
        {
            Worker = new WorkerId(new SlotId(new ShardId("pool", "silo"), 1), 1),
            Adapter = "a.B",
            AdapterArgs = ["--endpoint", "http://model", "--", "--pool=x"],
        };

        var settings = new WorkerHostSettings { Run = new RunIdentity("name", "token", "run"), BridgeFolder = "/bridge", OomScoreAdj = 7 };

        var arguments = WorkerCommand.For(spec, "python", settings, "unix:/w.sock").ArgumentList;

        var mark = arguments.IndexOf("--");
        Assert.Equal("unix:/w.sock", arguments[arguments.IndexOf("--endpoint") + 1]);
        Assert.Equal(["--run-id", "run", "--oom-score-adj", "7"], arguments.Take(mark).TakeLast(4));
        Assert.Equal(spec.AdapterArgs, arguments.Skip(mark + 1));
    }
}

using Snakepit.Errors;
using Snakepit.Execution;
using Snakepit.Pools;
using Snakepit.Supervision;
using Snakepit.TestKit;

namespace Snakepit.Grains.Tests.Placement;

public sealed class SiloLossTests(TwoSilos silos) : IClassFixture<TwoSilos>
{
    [Fact]
    public async Task A_silo_that_leaves_takes_its_shard_with_it_and_the_others_serve()
    {
        var leaving = silos.Cluster.Silos[1];
        var fakes = silos.Workers(leaving.Name);
        var slot = $"long@{leaving.Name}#0";
        await Eventually.SeeAsync(() => Task.FromResult(silos.Reminders.Keys), keys => keys.Contains(slot));

        var opening = silos.Shard(leaving.Name).OpenStreamAsync(
            new ToolRequest { Tool = "stream", Arguments = [], Budget = Timeout.InfiniteTimeSpan }, Guid.NewGuid());
        await Eventually.HoldsAsync(() => fakes.Living.Values.Any(worker => worker.Streams.ContainsKey("stream")));

        await silos.Cluster.StopSiloAsync(leaving);

        // A stream that runs when its silo leaves ends with its worker, and its reader hears of it.
        Assert.Equal(SnakepitErrorCode.WorkerExited, (await opening.WithinAsync(Eventually.Limit)).End!.Failure!.Code);

        Assert.True(fakes.Stopped, "the leaving silo stopped its workers");
        await Eventually.SeeAsync(
            () =>
                silos.Cluster.Client.GetGrain<IPoolGrain>("pool").GetViewAsync(), view =>
                    view.Shards is [var only] && only.Shard.Silo == silos.Silos[0]);
        for (var i = 0; i < 20; i++)
            Assert.Contains(silos.Silos[0], await silos.Client.ExecuteAsync<string>("who"), StringComparison.Ordinal);
        var error = await Assert.ThrowsAnyAsync<Exception>(() => silos.Shard(leaving.Name).GetReportAsync());
        Assert.Contains("is not in the cluster", error.ToString(), StringComparison.Ordinal);
        Assert.Equal(SnakepitErrorCode.SiloUnreachable, Assert.IsType<SnakepitException>(error).Code);

        // Its worker's reminder fires on, somewhere: it wakes a stand-in, which removes it and speaks for nobody.
        var worker = silos.Cluster.Client.GetGrain<IWorkerGrain>(slot);
        await worker.AsReference<IRemindable>().ReceiveReminder("age", default);
        Assert.DoesNotContain(slot, silos.Reminders.Keys);
        Assert.Equal(SnakepitErrorCode.SiloUnreachable, (await Assert.ThrowsAsync<SnakepitException>(() => worker.RecycleAsync())).Code);
    }
}

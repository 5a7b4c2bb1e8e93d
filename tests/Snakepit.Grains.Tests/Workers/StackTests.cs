using Snakepit.Core.Ports;
using Snakepit.Grains.Shards.Workers;
using Snakepit.Identity;
using Snakepit.Supervision;
using Snakepit.TestKit;

namespace Snakepit.Grains.Tests.Workers;

/// <summary>How people see what the threads of workers do.</summary>
public sealed class StackTests(TwoSilos silos) : IClassFixture<TwoSilos>
{
    [Fact]
    public async Task A_shard_answers_for_all_of_its_workers_or_for_one_slot()
    {
        var (silo, shard) = (silos.Silos[1], silos.Shard(silos.Silos[1], "whole"));
        await Eventually.SeeAsync(() => shard.GetReportAsync(), report => report!.Capacity == 2);

        var all = await shard.GetStacksAsync(null);
        var one = await shard.GetStacksAsync(1);

        Assert.Equal([$"the stacks of whole@{silo}#0.1", $"the stacks of whole@{silo}#1.1"], all!.Select(worker => worker.Stacks));
        Assert.Equal([1000, 1001], all!.Select(worker => worker.Pid));
        Assert.Equal(all![1], Assert.Single(one!));
        Assert.Null(await silos.Shard(silo, "nosuch").GetStacksAsync(null));
    }

    [Fact]
    public async Task A_slot_answers_for_itself()
    {
        var silo = silos.Silos[0];
        await Eventually.SeeAsync(() => silos.Shard(silo, "whole").GetReportAsync(), report => report!.Capacity == 2);

        var stacks = await silos.Cluster.Client.GetGrain<IWorkerGrain>($"whole@{silo}#1").GetStacksAsync();

        Assert.Equal($"the stacks of whole@{silo}#1.1", Assert.Single(stacks).Stacks);
        Assert.Empty(await silos.Cluster.Client.GetGrain<IWorkerGrain>($"whole@{silo}#7").GetStacksAsync());
    }

    [Fact]
    public async Task A_worker_that_does_not_answer_is_one_sentence()
    {
        var stacks = Assert.Single(await AskAsync((string?)null));

        Assert.Equal((null, "It has not answered within 3 s."), (stacks.Stacks, stacks.Silence));
    }

    [Fact]
    public async Task An_answer_has_room_for_two_million_characters()
    {
        var half = new string('x', 1 << 20);

        var stacks = await AskAsync(half, half, "one more");

        Assert.Equal([half, half, null], stacks.Select(worker => worker.Stacks));
        Assert.Contains("ask for its slot", stacks[2].Silence, StringComparison.Ordinal);
    }

    private static Task<WorkerStacks[]> AskAsync(params string?[] stacks) => StackQuestion.AskAsync([.. stacks.Select((text, slot) =>
    {
        var id = new WorkerId(new SlotId(new ShardId("pool", "silo"), slot), 1);
        return (id, (IWorker)new FakeWorker(new WorkerSpec { Worker = id, Adapter = "fake" }, new FakeWorkers()) { Stacks = text });
    })]);
}

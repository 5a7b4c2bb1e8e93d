using Snakepit.Pools;
using Snakepit.Supervision;
using Snakepit.TestKit;

namespace Snakepit.Grains.Tests.Workers;

public sealed class AgeTests(TwoSilos silos) : IClassFixture<TwoSilos>
{
    [Fact]
    public async Task A_worker_is_replaced_when_it_has_reached_its_age()
    {
        var report = await Eventually.SeeAsync(
            () =>
                silos.Shard(silos.Silos[0], "short").GetReportAsync(), report =>
                    report is { Counters.Recycled: >= 2, Workers: [{ State: WorkerState.Ready }] });

        Assert.True(report!.Workers[0].Worker.Generation > 2);
        Assert.Equal(0, report.Counters.WorkerDeaths);
        Assert.DoesNotContain($"short@{silos.Silos[0]}#0", silos.Reminders.Keys); // too short for a reminder
    }

    [Fact]
    public async Task A_longer_age_is_kept_by_a_reminder_of_the_worker_grain()
    {
        var slot = $"long@{silos.Silos[0]}#0";

        var reminder = await Eventually.SeeAsync(() => Task.FromResult(silos.Reminders.Find(slot)), found => found is not null);

        var left = reminder!.StartAt - DateTime.UtcNow;
        Assert.InRange(left, TimeSpan.FromMinutes(50), TimeSpan.FromHours(1)); // an hour less the worker's own share of jitter
    }

    [Fact]
    public async Task A_reminder_that_comes_too_early_replaces_nobody_and_is_set_again()
    {
        var slot = $"long@{silos.Silos[1]}#0";
        var before = await Eventually.SeeAsync(() => Task.FromResult(silos.Reminders.Find(slot)?.ETag), tag => tag is not null);

        await FireAsync(slot);

        await Eventually.SeeAsync(() => Task.FromResult(silos.Reminders.Find(slot)?.ETag), tag => tag is not null && tag != before);
        Assert.Equal(0, (await silos.Shard(silos.Silos[1], "long").GetReportAsync())!.Counters.Recycled);
    }

    [Fact]
    public async Task A_reminder_without_a_worker_removes_itself()
    {
        var slot = $"pool@{silos.Silos[0]}#1"; // this pool's workers may grow as old as they like
        await silos.Cluster.Client.GetGrain<IWorkerGrain>(slot).WatchAgeAsync(TimeSpan.FromHours(1));
        Assert.Contains(slot, silos.Reminders.Keys);

        await FireAsync(slot);

        Assert.DoesNotContain(slot, silos.Reminders.Keys);
    }

    [Fact]
    public async Task A_worker_is_replaced_when_somebody_asks_for_it()
    {
        var slot = $"manual@{silos.Silos[0]}#0";
        await Eventually.SeeAsync(() => silos.Shard(silos.Silos[0], "manual").GetReportAsync(), report => report!.State == PoolState.Ready);

        Assert.True(await silos.Cluster.Client.GetGrain<IWorkerGrain>(slot).RecycleAsync());

        var report = await Eventually.SeeAsync(
            () => silos.Shard(silos.Silos[0], "manual").GetReportAsync(), report => report!.Counters.Recycled == 1);
        Assert.Equal(2, report!.Workers[0].Worker.Generation);
    }

    [Fact]
    public async Task A_start_that_ends_as_nobody_has_thought_of_is_tried_again()
    {
        var shard = silos.Shard(silos.Silos[1], "manual");
        await Eventually.SeeAsync(() => shard.GetReportAsync(), report => report!.State == PoolState.Ready);
        var workers = silos.Workers(silos.Silos[1]);
        workers.Breaking["manual"] = new InvalidOperationException("no more threads");

        Assert.Equal(1, await shard.RecycleAsync(null, RecycleReason.Manual));

        var report = await Eventually.SeeAsync(() => shard.GetReportAsync(), report => report!.Counters.Recycled == 1);
        Assert.Empty(workers.Breaking);
        Assert.Equal(3, report!.Workers[0].Worker.Generation);
    }

    [Fact]
    public async Task A_pool_is_replaced_on_every_silo()
    {
        foreach (var silo in silos.Silos)
            await Eventually.SeeAsync(() => silos.Shard(silo, "whole").GetReportAsync(), report => report!.Capacity == 2);
        var pool = silos.Cluster.Client.GetGrain<IPoolGrain>("whole");
        await Eventually.SeeAsync(() => pool.GetViewAsync(), view => view.Shards.Length == 2);

        Assert.Equal(4, await pool.RecycleAsync());

        foreach (var silo in silos.Silos)
            await Eventually.SeeAsync(
                () => silos.Shard(silo, "whole").GetReportAsync(), report => report!.Counters.Recycled == 2 && report.Capacity == 2);
    }

    [Fact]
    public async Task Workers_that_could_not_be_looked_at_once_are_looked_at_again()
    {
        var worker = await Eventually.SeeAsync(
            () =>
                Task.FromResult(silos.Workers(silos.Silos[0]).Living.GetValueOrDefault($"long@{silos.Silos[0]}#0.1")), living =>
                    living?.Looks > 1);

        worker!.IsHidden = true;
        var before = worker.Looks;
        await Eventually.HoldsAsync(() => worker.Looks > before);
        worker.IsHidden = false;

        before = worker.Looks;
        await Eventually.HoldsAsync(() => worker.Looks > before + 1);
    }

    private Task FireAsync(string slot) =>
        silos.Cluster.Client.GetGrain<IWorkerGrain>(slot).AsReference<IRemindable>().ReceiveReminder("age", default);
}

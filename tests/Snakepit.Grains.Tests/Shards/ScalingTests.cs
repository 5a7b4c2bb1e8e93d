using Snakepit.Client;
using Snakepit.Errors;
using Snakepit.Pools;
using Snakepit.Silos;
using Snakepit.Supervision;
using Snakepit.TestKit;

namespace Snakepit.Grains.Tests.Shards;

public sealed class ScalingTests(TwoSilos silos) : IClassFixture<TwoSilos>
{
    private IPoolGrain Pool => silos.Cluster.Client.GetGrain<IPoolGrain>("scaled");

    [Fact]
    public async Task A_pool_is_scaled_on_every_silo_or_on_one_and_back_to_its_configuration()
    {
        var (first, second) = (silos.Silos[0], silos.Silos[1]);

        Assert.Equal(new Dictionary<string, int> { [first] = 4, [second] = 4 }, await Pool.ScaleAsync(4, silo: null));
        await SeeAsync(first, ready: 4);
        await SeeAsync(second, ready: 4);
        Assert.Equal(new Dictionary<string, int> { [first] = 1 }, await Pool.ScaleAsync(1, first));
        var scaled = await SeeAsync(first, ready: 1);
        Assert.Equal((1, 2), (scaled.PoolSize, scaled.ConfiguredSize));
        Assert.Equal((1, 4), (silos.Sizes(first).Find("scaled"), silos.Sizes(second).Find("scaled")));

        Assert.Equal(new Dictionary<string, int> { [first] = 2, [second] = 2 }, await Pool.ScaleAsync(null, silo: null));
        await SeeAsync(first, ready: 2);
        Assert.Equal(2, (await SeeAsync(second, ready: 2)).PoolSize);
        Assert.Null(silos.Sizes(first).Find("scaled"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1001)]
    public async Task A_size_out_of_range_is_refused(int size)
    {
        var error = await Assert.ThrowsAsync<SnakepitException>(() => Pool.ScaleAsync(size, silo: null));

        Assert.Equal(SnakepitErrorCode.InvalidRequest, error.Code);
        Assert.Contains("allowed is 1 to 1000", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_size_that_cannot_be_kept_over_a_restart_is_not_taken()
    {
        var silo = silos.Silos[0];
        silos.Sizes(silo).IsFull = true;

        var error = await Assert.ThrowsAsync<SnakepitException>(
            () => silos.Cluster.Client.GetGrain<IPoolGrain>("whole").ScaleAsync(3, silo: null));
        silos.Sizes(silo).IsFull = false;

        Assert.StartsWith($"Pool 'whole' was scaled on {silos.Silos[1]}, and not on {silo} (", error.Message, StringComparison.Ordinal);
        Assert.Contains("the disk is full", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, (await silos.Shard(silo, "whole").GetReportAsync())!.PoolSize);
    }

    [Fact]
    public async Task A_size_for_which_the_host_has_no_means_is_refused_and_a_smaller_one_is_always_taken()
    {
        var (silo, shard) = (silos.Silos[0], silos.Shard(silos.Silos[0], "whole"));
        var pools = (await silos.Cluster.Client.GetGrain<ISiloGrain>(silo).GetReportAsync()).Pools;
        var all = (await Task.WhenAll(pools.Select(pool => silos.Shard(silo, pool).GetReportAsync())))
            .Sum(report => report!.MaxSize ?? report.ConfiguredSize);
        silos.Workers(silo).Means = all + 1;

        Assert.Equal(3, await shard.ScaleAsync(3));
        var error = await Assert.ThrowsAsync<SnakepitException>(() => shard.ScaleAsync(4));
        silos.Workers(silo).Means = 0;
        Assert.Equal(1, await shard.ScaleAsync(1));
        Assert.Equal(2, await shard.ScaleAsync(null));
        silos.Workers(silo).Means = int.MaxValue;

        Assert.Equal(
            (SnakepitErrorCode.InvalidRequest, $"Pool 'whole' on silo '{silo}' cannot have 4 workers. {all + 2} are too many."),
            (error.Code, error.Message));
    }

    [Fact]
    public async Task A_call_wakes_one_of_the_silos_on_which_a_pool_sleeps_and_the_other_sleeps_on()
    {
        var options = new ToolCallOptions { Pool = "asleep" };

        var call = await silos.Client.ExecuteAsync("who", options: options);

        var woken = silos.Silos.Single(silo => call.Worker.StartsWith($"asleep@{silo}#", StringComparison.Ordinal));
        var report = (await silos.Shard(woken, "asleep").GetReportAsync())!;
        Assert.Equal((SizeSource.Auto, (int?)0, (int?)2), (report.SizeSource, report.MinSize, report.MaxSize));
        Assert.InRange(report.PoolSize, 1, 2);
        var other = (await silos.Shard(silos.Silos.Single(silo => silo != woken), "asleep").GetReportAsync())!;
        Assert.Equal((PoolState.Ready, 0, 0), (other.State, other.PoolSize, other.Workers.Length));
    }

    private async Task<ShardReport> SeeAsync(string silo, int ready) => (await Eventually.SeeAsync(
        () => silos.Shard(silo, "scaled").GetReportAsync(),
        report => report!.Workers.Length == ready && report.Workers.All(worker => worker.State == WorkerState.Ready)))!;
}

using Snakepit.Core.Options;
using Snakepit.Core.Timeouts;

namespace Snakepit.Core.Tests.Options;

public sealed class DefaultsTests
{
    /// <summary>The table of the timeout guide, in seconds; -1 for infinite.</summary>
    [Theory]
    [InlineData(TimeoutProfile.Balanced, 300, 900, 10)]
    [InlineData(TimeoutProfile.Production, 300, 900, 10)]
    [InlineData(TimeoutProfile.ProductionStrict, 60, 300, 5)]
    [InlineData(TimeoutProfile.Development, 900, 3600, 60)]
    [InlineData(TimeoutProfile.MlInference, 900, 3600, 60)]
    [InlineData(TimeoutProfile.Batch, 3600, -1, 300)]
    public void Profiles_have_the_values_of_the_guide(TimeoutProfile profile, int call, int stream, int queue) => Assert.Equal(
        (TimeSpan.FromSeconds(call), stream < 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(stream), TimeSpan.FromSeconds(queue)),
        (Defaults.RequestTimeout(profile), Defaults.StreamTimeout(profile), Defaults.QueueTimeout(profile)));

    [Fact]
    public void A_budget_of_60_s_leaves_python_58800_ms()
    {
        Assert.Equal(TimeSpan.FromMilliseconds(58_800), Defaults.RpcTimeout(TimeSpan.FromSeconds(60)));
        Assert.Equal(TimeSpan.FromSeconds(1.2), Defaults.WorkerCallMargin + Defaults.PoolReplyMargin);
        Assert.Equal(6, Defaults.Profiles.Count);
    }

    [Fact]
    public void A_call_waits_no_longer_than_it_has_time() => Assert.Equal(
        (TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(10)),
        (Defaults.EffectiveQueueTimeout(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(3)),
            Defaults.EffectiveQueueTimeout(TimeSpan.FromSeconds(10), Timeout.InfiniteTimeSpan)));

    [Fact]
    public void A_pool_is_asked_by_its_name()
    {
        var options = new SnakepitOptions { Pools = [new PoolOptions { Name = "gpu", TimeoutProfile = TimeoutProfile.MlInference }] };

        Assert.Equal(TimeSpan.FromMinutes(15), Defaults.Of(options, "gpu").TimeoutFor(CallType.Execute));
        var error = Assert.Throws<ArgumentException>(() => Defaults.Of(options, "cpu"));
        Assert.Contains("Known pools: gpu", error.Message, StringComparison.Ordinal);
    }
}

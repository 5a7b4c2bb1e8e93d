using Snakepit.Core.Configuration;
using Snakepit.Core.Options;

namespace Snakepit.Core.Tests.Configuration;

public sealed class ScalingCheckTests
{
    [Fact]
    public void A_pool_with_a_largest_size_scales_itself_from_one_worker_on()
    {
        var pool = new PoolOptions { MaxSize = 4 };

        Assert.Empty(ScalingCheck.Mistakes(pool, "p"));
        Assert.Equal((1, 4, 0.7, 0, TimeSpan.FromMinutes(5)), (
            pool.Scale!.MinSize, pool.Scale.MaxSize, pool.Scale.TargetLoad, pool.Scale.BufferWorkers, pool.Scale.ScaleDownAfter));
        Assert.Equal(4, pool.MostWorkers);
    }

    [Fact]
    public void A_pool_without_one_keeps_its_size()
    {
        var pool = new PoolOptions { PoolSize = 3 };

        Assert.Null(pool.Scale);
        Assert.Equal(3, pool.MostWorkers);
    }

    [Theory]
    [InlineData(4, 4, 0, "p:MaxSize = '4': must be more than MinSize (4); a pool of one size has PoolSize alone")]
    [InlineData(5, 4, 0, "p:MaxSize = '4': must be more than MinSize (5); a pool of one size has PoolSize alone")]
    [InlineData(1, 4, 4, "p:BufferWorkers = '4': must be less than MaxSize (4)")]
    [InlineData(0, 4, 1, "p:BufferWorkers = '1': keeps workers also without load, so a pool with MinSize 0 would never sleep: set MinSize "
        + "to 1 or more, or remove this")]
    public void What_does_not_fit_together_is_one_sentence(int min, int max, int buffer, string says)
    {
        var mistake = Assert.Single(
            ScalingCheck.Mistakes(new PoolOptions { MinSize = min, MaxSize = max, BufferWorkers = buffer }, "p"));

        Assert.Equal(says, mistake.ToString());
    }

    [Fact]
    public void A_pool_that_sleeps_needs_a_queue()
    {
        var mistake = Assert.Single(ScalingCheck.Mistakes(new PoolOptions { MinSize = 0, MaxSize = 1, MaxQueueSize = 0 }, "p"));

        Assert.Equal(
            "p:MaxQueueSize = '0': must be 1 or more with MinSize 0: calls to a pool that sleeps wait for its first worker",
            mistake.ToString());
    }
}

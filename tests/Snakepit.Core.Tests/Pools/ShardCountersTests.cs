using Snakepit.Pools;

namespace Snakepit.Core.Tests.Pools;

public sealed class ShardCountersTests
{
    [Fact]
    public void Adding_adds_every_counter()
    {
        object one = new ShardCounters();
        var counters = typeof(ShardCounters).GetProperties();
        for (var i = 0; i < counters.Length; i++)
            counters[i].SetValue(one, 1L << i);

        var sum = (ShardCounters)one + (ShardCounters)one;

        Assert.Equal(counters.Select((_, i) => 2L << i), counters.Select(counter => (long)counter.GetValue(sum)!));
    }
}

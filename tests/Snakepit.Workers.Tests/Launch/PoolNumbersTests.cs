using System.Collections.Concurrent;
using Snakepit.Workers.Launch;

namespace Snakepit.Workers.Tests.Launch;

public sealed class PoolNumbersTests
{
    [Fact]
    public void Pools_that_ask_at_once_get_numbers_of_their_own()
    {
        var numbers = new PoolNumbers();
        var given = new ConcurrentBag<int>();
        using var together = new Barrier(4);
        var askers = Enumerable.Range(0, 4).Select(asker => new Thread(() =>
        {
            for (var round = 0; round < 1000; round++)
            {
                together.SignalAndWait();
                given.Add(numbers.Of($"{asker}.{round}"));
            }
        })).ToList();

        askers.ForEach(asker => asker.Start());
        askers.ForEach(asker => asker.Join());

        Assert.Equal(4000, given.Distinct().Count());
    }

    [Fact]
    public void A_pool_keeps_its_number()
    {
        var numbers = new PoolNumbers();

        Assert.Equal([0, 1, 0, 1], new[] { "a", "b", "a", "b" }.Select(numbers.Of));
    }
}

using Snakepit.Silo.Chaos.Reckoning;

namespace Snakepit.Core.Tests.Chaos;

public sealed class LatenciesTests
{
    [Fact]
    public void Quantiles_are_right_within_the_width_of_a_bucket()
    {
        var latencies = new Latencies();
        for (var i = 1; i <= 1000; i++)
            latencies.Add(TimeSpan.FromMilliseconds(i));

        Assert.InRange(latencies.Quantile(0.5), 500, 510.1);
        Assert.InRange(latencies.Quantile(0.99), 990, 1000);
        Assert.Equal(1000, latencies.Quantile(1));
        Assert.Equal(1000, latencies.MaxMilliseconds);
    }

    [Fact]
    public void Without_durations_there_are_no_quantiles() => Assert.Equal(0, new Latencies().Quantile(0.99));
}

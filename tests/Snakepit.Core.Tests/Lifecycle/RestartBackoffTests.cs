using Snakepit.Core.Lifecycle;

namespace Snakepit.Core.Tests.Lifecycle;

public sealed class RestartBackoffTests
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void Without_failures_there_is_no_pause(int failures)
    {
        Assert.Equal(TimeSpan.Zero, RestartBackoff.Delay(failures, First, Limit, jitter: 0.9));
    }

    [Theory]
    [InlineData(1, 100)]
    [InlineData(2, 200)]
    [InlineData(3, 400)]
    [InlineData(9, 25_600)]
    [InlineData(10, 30_000)]
    [InlineData(1_000, 30_000)]
    [InlineData(int.MaxValue, 30_000)]
    public void The_pause_doubles_up_to_the_limit(int failures, int milliseconds)
    {
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), RestartBackoff.Delay(failures, First, Limit, jitter: 0.5));
    }

    [Fact]
    public void A_first_pause_above_the_limit_is_the_limit()
    {
        Assert.Equal(Limit, RestartBackoff.Delay(1, TimeSpan.FromHours(1), Limit, jitter: 0.5));
    }

    [Fact]
    public void Jitter_stays_within_a_fifth_and_spreads()
    {
        var random = new Random(1);

        var pauses = Enumerable.Range(0, 1000).Select(_ => RestartBackoff.Delay(1, First, Limit, random.NextDouble())).ToArray();

        Assert.InRange(pauses.Min(), 0.8 * First, 0.81 * First);
        Assert.InRange(pauses.Max(), 1.19 * First, 1.2 * First);
    }
}

using Snakepit.Client.Connections;

namespace Snakepit.Client.Tests.Connections;

public sealed class DurationTextTests
{
    [Theory]
    [InlineData("1500", 1.5)]
    [InlineData("1500ms", 1.5)]
    [InlineData("20s", 20)]
    [InlineData("0.5m", 30)]
    [InlineData("1h", 3600)]
    [InlineData("00:02:00", 120)]
    public void Durations_are_written_as_in_the_silos_options(string text, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), DurationText.TryParse(text));

    [Fact]
    public void Infinite_is_no_limit() => Assert.Equal(Timeout.InfiniteTimeSpan, DurationText.TryParse("Infinite"));

    [Theory]
    [InlineData("")]
    [InlineData("s")]
    [InlineData("-1s")]
    [InlineData("24:00:00")]
    [InlineData("soon")]
    public void Anything_else_is_no_duration(string text) => Assert.Null(DurationText.TryParse(text));
}

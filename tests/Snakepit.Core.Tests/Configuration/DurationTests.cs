using Snakepit.Execution;

namespace Snakepit.Core.Tests.Configuration;

public sealed class DurationTests
{
    [Theory]
    [InlineData("1500", 1500)]
    [InlineData("0", 0)]
    [InlineData("0.5", 0.5)]
    [InlineData("1500ms", 1500)]
    [InlineData("1500 ms", 1500)]
    [InlineData(" 60s ", 60_000)]
    [InlineData("1.5S", 1500)]
    [InlineData("5m", 300_000)]
    [InlineData("1h", 3_600_000)]
    [InlineData("1d", 86_400_000)]
    [InlineData("00:02:00", 120_000)]
    [InlineData("1:30", 5_400_000)]
    [InlineData("00:00:01.250", 1250)]
    [InlineData("2.00:00:00", 172_800_000)]
    public void Every_form_is_understood(string text, double milliseconds)
    {
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), Duration.TryParse(text));
    }

    [Theory]
    [InlineData("infinite")]
    [InlineData("Infinity")]
    [InlineData(" INFINITE ")]
    public void No_limit_has_a_word(string text)
    {
        Assert.Equal(Timeout.InfiniteTimeSpan, Duration.TryParse(text));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("soon")]
    [InlineData("ms")]
    [InlineData("5x")]
    [InlineData("5 minutes")]
    [InlineData("-5")]
    [InlineData("-5s")]
    [InlineData("-00:00:05")]
    [InlineData("1,5s")]
    [InlineData("1,500")]
    [InlineData("1e3")]
    [InlineData("00:00:90")]
    [InlineData("NaN")]
    [InlineData("NaNs")]
    [InlineData("-infinity")]
    [InlineData("-Infinityms")]
    [InlineData("99999999999999999999d")]
    public void What_is_no_duration_is_not_guessed(string text)
    {
        Assert.Null(Duration.TryParse(text));
    }

    [Theory]
    [InlineData("24:00:00")]
    [InlineData("48:00:00")]
    public void Hours_beyond_a_day_are_not_taken_for_days(string text)
    {
        Assert.Null(Duration.TryParse(text));
    }

    [Theory]
    [InlineData(0, "0ms")]
    [InlineData(0.25, "0.25ms")]
    [InlineData(250, "250ms")]
    [InlineData(1000, "1s")]
    [InlineData(1500, "1500ms")]
    [InlineData(90_000, "90s")]
    [InlineData(300_000, "5m")]
    [InlineData(5_400_000, "90m")]
    [InlineData(86_400_000, "1d")]
    [InlineData(129_600_000, "36h")]
    [InlineData(-1, "infinite")]
    public void The_largest_whole_unit_is_written(double milliseconds, string text)
    {
        Assert.Equal(text, Duration.Format(TimeSpan.FromMilliseconds(milliseconds)));
    }

    [Fact]
    public void What_is_written_reads_back_the_same()
    {
        var random = new Random(99);
        var units = new[] { 10, 10_000, 10_000_000, 600_000_000, 36_000_000_000, 864_000_000_000 };

        var broken = Enumerable.Range(0, 10_000)
            .Select(_ => TimeSpan.FromTicks(units[random.Next(units.Length)] * random.Next(3000)))
            .Where(span => Duration.TryParse(Duration.Format(span)) != span);

        Assert.Empty(broken);
    }
}

using Snakepit.Silo.Benching;

namespace Snakepit.Core.Tests.Benching;

public sealed class BenchTallyTests
{
    private static readonly BenchSpec Spec = new()
    {
        Tool = "add",
        Pool = "default",
        Arguments = "{}",
        Callers = 2,
        Time = TimeSpan.FromSeconds(4),
    };

    [Fact]
    public void Callers_are_counted_together_and_the_last_call_ends_the_time()
    {
        BenchTally one = new(["python"]), other = new(["python"]);
        one.Succeed(Seconds(1), Milliseconds(10), Milliseconds(8), [Milliseconds(6)]);
        one.Succeed(Seconds(2), Milliseconds(20), Milliseconds(18), [Milliseconds(16)]);
        other.Succeed(Seconds(5), Milliseconds(1000), Milliseconds(900), [Milliseconds(800)]);
        other.Fail(Seconds(3), "queue_full");
        other.Fail(Seconds(5), "queue_full");
        one.Take(other);

        var report = one.Report(Spec);

        Assert.Equal((3, 5.0, 3 / 5.0), (report.Succeeded, report.Seconds, report.CallsPerSecond));
        Assert.Equal(("queue_full", 2), Assert.Single(report.Failures) is var (code, count) ? (code, count) : default);
        Assert.Equal(["whole", "python", "outside"], report.Times.Select(time => time.Part));
        Assert.InRange(report.Times[0].P50Ms, 20, 20.5);
        Assert.InRange(report.Times[1].P50Ms, 16, 16.5);
        Assert.InRange(report.Times[2].P50Ms, 2, 2.1);
        Assert.Equal(1000, report.Times[0].MaxMs);
    }

    [Fact]
    public void Without_a_result_the_whole_time_counts_and_no_call_a_second()
    {
        var tally = new BenchTally(["python"]);
        tally.Fail(Seconds(1), "pool_failed");

        var report = tally.Report(Spec);

        Assert.Equal((0, 4.0, 0.0), (report.Succeeded, report.Seconds, report.CallsPerSecond));
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    private static TimeSpan Milliseconds(double milliseconds) => TimeSpan.FromMilliseconds(milliseconds);
}

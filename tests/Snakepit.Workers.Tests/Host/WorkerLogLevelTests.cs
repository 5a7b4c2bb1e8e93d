using Microsoft.Extensions.Logging;
using Snakepit.Core.Ports;
using Snakepit.TestKit;

namespace Snakepit.Workers.Tests.Host;

/// <summary>The level of Python's log, changed while workers run.</summary>
public sealed class WorkerLogLevelTests
{
    [Fact]
    public async Task A_level_reaches_running_and_new_workers_and_ends()
    {
        await using var test = new TestHost();
        var before = await test.StartAsync();
        await test.ResultAsync(before, "log", new { message = "too early" });

        test.Host.SetLogLevel(LogLevel.Debug);
        var after = await test.StartAsync();
        foreach (var worker in new[] { before, after })
            await SeeAsync(test, worker, $"of {worker.Facts.Pid}");

        test.Host.SetLogLevel(null);
        Assert.True(await before.PingAsync(Eventually.Limit)); // answered after the level was heard
        await test.ResultAsync(before, "log", new { message = "too late" });
        await test.ResultAsync(before, "log", new { message = "the end", level = "info" });

        await Eventually.HoldsAsync(() => Has(test, "Information", "the end"), what: "a line of level info");
        Assert.DoesNotContain(test.Log, line => line.Contains("too ", StringComparison.Ordinal));
    }

    private static async Task SeeAsync(TestHost test, IWorker worker, string message)
    {
        Assert.True(await worker.PingAsync(Eventually.Limit));
        await test.ResultAsync(worker, "log", new { message });
        await Eventually.HoldsAsync(() => Has(test, "Debug", message), what: $"the line '{message}'");
    }

    private static bool Has(TestHost test, string level, string message) => test.Log.Any(line =>
        line.StartsWith($"{level}: [", StringComparison.Ordinal) && line.EndsWith($"] {message}", StringComparison.Ordinal));
}

using System.Diagnostics;
using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Lifecycle;

[Trait("Speed", "Slow")]
public sealed class ChaosTests
{
    [Fact]
    public async Task A_storm_of_everything_loses_nothing_and_leaves_nothing()
    {
        var minutes = Environment.GetEnvironmentVariable("SNAKEPIT_TEST_CHAOS_MINUTES") ?? "0.4";
        using var chaos = Process.Start(new ProcessStartInfo(Places.Snakepit, ["chaos", "--seed", "7", "--minutes", minutes]) { RedirectStandardOutput = true })!;

        var report = await chaos.StandardOutput.ReadToEndAsync();
        await chaos.WaitForExitAsync();

        Assert.True(chaos.ExitCode == 0, report);
        Assert.Matches(@"Balance: accepted [1-9]\d* = ok [1-9]\d* \+ failed [1-9]\d* \+ cancelled \d+\.", report);
        Assert.Contains("Nothing was lost and nothing is left.", report, StringComparison.Ordinal);
    }
}

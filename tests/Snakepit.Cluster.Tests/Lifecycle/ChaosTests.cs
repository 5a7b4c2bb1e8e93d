using System.Diagnostics;
using Snakepit.Cluster.Tests.Silos;
using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Lifecycle;

[Trait("Speed", "Slow")]
public sealed class ChaosTests(SharedPostgres postgres)
{
    private const string Balance = @"Balance of {0}: accepted [1-9]\d* = ok [1-9]\d* \+ failed \d+ \+ cancelled \d+ \+ moved \d+\.";

    private static readonly string Minutes = Environment.GetEnvironmentVariable("SNAKEPIT_TEST_CHAOS_MINUTES") ?? "";

    [Fact]
    public async Task A_storm_of_everything_loses_nothing_and_leaves_nothing()
    {
        var (code, report) = await RunAsync("--seed", "7", "--minutes", Minutes is "" ? "0.4" : Minutes);

        Assert.True(code == 0, report);
        Assert.Matches(Balance.Replace("{0}", "chaos", StringComparison.Ordinal), report);
        Assert.Contains("Nothing was lost and nothing is left.", report, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_storm_over_three_silos_loses_nothing_and_leaves_nothing()
    {
        var server = await postgres.ServerAsync();
        var database = await server.CreateDatabaseAsync();

        var (code, report) = await RunAsync(
            "--silos", "3", "--connection", server.ConnectionString(database), "--seed", "7", "--minutes", Minutes is "" ? "0.5" : Minutes);

        Assert.True(code == 0, report);
        for (var silo = 1; silo <= 3; silo++)
            Assert.Matches(Balance.Replace("{0}", $"chaos-{silo}", StringComparison.Ordinal), report);
        Assert.Contains(
            "NotStarted and ran 0, succeeded without a run 0, ran twice 0, not ended once 0, session state silently lost 0",
            report,
            StringComparison.Ordinal);
        Assert.DoesNotContain(server.Password, report, StringComparison.Ordinal);
        Assert.Equal("0", await server.SqlAsync(database, "SELECT count(*) FROM OrleansMembershipTable"));
    }

    [Fact]
    public async Task Several_silos_need_a_database_that_can_be_used()
    {
        var (code, _, errors) = await SnakepitCommand.RunAsync(
            "chaos", "--silos", "2", "--connection", "Host=127.0.0.1;Port=1;Password=Pw-secret");

        Assert.Equal(2, code);
        Assert.StartsWith("snakepit: No PostgreSQL server answers at 127.0.0.1:1", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("Pw-secret", errors, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Report)> RunAsync(params string[] arguments)
    {
        using var chaos = Process.Start(new ProcessStartInfo(Places.Snakepit, ["chaos", .. arguments]) { RedirectStandardOutput = true })!;
        var report = await chaos.StandardOutput.ReadToEndAsync();
        await chaos.WaitForExitAsync();
        return (chaos.ExitCode, report);
    }
}

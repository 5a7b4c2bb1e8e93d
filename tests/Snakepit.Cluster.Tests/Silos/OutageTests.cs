using System.Diagnostics;
using System.Globalization;
using Snakepit.TestKit;
using Snakepit.TestKit.Clusters;

namespace Snakepit.Cluster.Tests.Silos;

/// <summary>Losses of silos and of the database.</summary>
[Collection(nameof(ClusterUnderTest))] // one cluster at a time: each is several processes
public sealed class OutageTests(SharedPostgres postgres)
{
    /// <summary>Long enough for many probes, and for several reads and writes of the table to fail.</summary>
    private static readonly TimeSpan Outage =
        TimeSpan.Parse(Environment.GetEnvironmentVariable("SNAKEPIT_TEST_OUTAGE") ?? "00:00:30", CultureInfo.InvariantCulture);

    [Fact, Trait("Speed", "Slow")]
    public async Task Silos_serve_on_while_the_database_is_away_and_take_in_others_and_keep_ages_when_it_is_back()
    {
        await using var server = await PostgresServer.StartNewAsync();
        await using var cluster = await ClusterUnderTest.StartAsync(
            server, silos: 2, pools: null, "Pools:0:WorkerTtl=1h", "Pools:0:RecycleJitter=0");
        await using var client = await cluster.ConnectAsync();
        var latest = await Eventually.SeeAsync(() => RemindersAsync(cluster, "max"), moment => moment.Count == 2);

        await server.StopAsync();
        // Their ages have to be kept by somebody, and no reminder of them can be written.
        Assert.Equal(2, (await cluster.Silos[0].PostAsync("v1/pools/default/recycle", "")).Json["marked"]!.GetValue<int>());
        var waiting = cluster.Add();
        var away = Stopwatch.StartNew();
        while (away.Elapsed < Outage)
            Assert.Equal("slept", await client.Tools.ExecuteAsync<string>("sleep", new { seconds = 0.5 }));
        var told = $"{cluster.Silos[1].Name} has had no database for ";
        foreach (var (command, asked) in new[] { ("silos", 0), ("status", 1) })
        {
            await Eventually.SeeAsync(
                () => SnakepitCommand.RunAsync(command, "--url", $"{cluster.Silos[asked].Url}"),
                shown => shown.Output.Contains(told, StringComparison.Ordinal));
        }

        Assert.Equal(2, await waiting.ExitAsync());
        await server.StartAsync();
        await cluster.RestartAsync(2);
        await cluster.UntilAllSeeAsync(3);

        Assert.Equal(3, (await cluster.ActiveSilosAsync()).Length);
        Assert.DoesNotContain(cluster.Silos, silo => silo.HasExited);
        Assert.DoesNotContain(cluster.Silos, silo => silo.Output.Contains(server.Password, StringComparison.Ordinal));
        Assert.Contains("No PostgreSQL server answers", waiting.Output, StringComparison.Ordinal);
        await Eventually.HoldsAsync(() => cluster.Silos.Take(2).All(
            silo => silo.Output.Contains("The database of the cluster answers again, after ", StringComparison.Ordinal)));
        await Eventually.SeeAsync(
            () => RemindersAsync(cluster, "min"),
            earliest => earliest.Count == 3 && earliest.Start > latest.Start,
            what: "every worker has a reminder of its own age");
    }

    [Fact]
    public async Task A_silo_that_returns_alone_after_the_loss_of_all_waits_until_the_others_rows_are_old()
    {
        await using var cluster = await ClusterUnderTest.StartAsync(await postgres.ServerAsync(), silos: 3);

        await Task.WhenAll(cluster.KillAsync(0), cluster.KillAsync(1), cluster.KillAsync(2));
        var clock = Stopwatch.StartNew();
        await cluster.RestartAsync(1);
        await cluster.UntilAllSeeAsync(1, limit: TimeSpan.FromSeconds(85));

        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(85)); // rows are old after 90 s unless the silo says otherwise
    }

    [Fact]
    public async Task A_killed_silo_is_gone_for_the_others_within_seconds()
    {
        await using var cluster = await ClusterUnderTest.StartAsync(await postgres.ServerAsync(), silos: 3);

        await cluster.KillAsync(2);
        var clock = Stopwatch.StartNew();
        await Eventually.SeeAsync(cluster.ActiveSilosAsync, active => active.Length == 2);

        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_stopped_silo_is_gone_for_the_others_within_seconds()
    {
        await using var cluster = await ClusterUnderTest.StartAsync(await postgres.ServerAsync(), silos: 3);

        cluster.Pause(2);
        var clock = Stopwatch.StartNew();
        await Eventually.SeeAsync(cluster.ActiveSilosAsync, active => active.Length == 2, TimeSpan.FromSeconds(60));
        TestContext.Current.TestOutputHelper?.WriteLine($"declared dead after {clock.Elapsed.TotalSeconds:0.0} s");

        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(45)); // a minute with the framework's own values
    }

    /// <summary>How many reminders of workers' ages there are, and when the first or last of them begins.</summary>
    private static async Task<(int Count, DateTime Start)> RemindersAsync(ClusterUnderTest cluster, string which)
    {
        var row = await cluster.Server.SqlAsync(cluster.Database, $"SELECT count(*), {which}(StartTime) FROM OrleansRemindersTable");
        var columns = row.Split('|');
        return columns[0] == "0"
            ? default
            : (int.Parse(columns[0], CultureInfo.InvariantCulture), DateTime.Parse(columns[1], CultureInfo.InvariantCulture));
    }
}

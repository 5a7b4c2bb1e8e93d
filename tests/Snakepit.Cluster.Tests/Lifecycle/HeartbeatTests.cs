using System.Net;
using System.Text.Json.Nodes;
using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Lifecycle;

/// <summary>Silent workers: who is killed and who is not.</summary>
public sealed class HeartbeatTests
{
    /// <summary>A silo that stands still for half of the timeout forgets what was missed, and on a busy host it does.</summary>
    private static readonly object Quick = new { Heartbeat = new { PingInterval = "100ms", Timeout = "1s", MaxMissed = 3 } };

    /// <summary>For as many heartbeats to be missed in a row on a busy host.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_stopped_worker_is_noticed_killed_and_replaced()
    {
        await using var silo = await SiloUnderTest.StartReadyAsync([Pool(Quick)]);
        var pid = (await silo.WorkerPidsAsync()).Single();

        HostProcess.Signal(pid, "STOP");

        await silo.SeeAsync(
            () => silo.WorkerPidsAsync(), pids => pids is [var other] && other != pid, "another process has the slot", Limit);
        await silo.UntilReadyAsync();
        await silo.SeesAsync("3 heartbeats missed (Heartbeat:MaxMissed is 3)");
        Assert.Contains(
            "it missed 3 heartbeats (Heartbeat:MaxMissed is 3)",
            SiloUnderTest.Workers(await silo.StatusAsync()).Single()["lastFailure"]!.GetValue<string>(),
            StringComparison.Ordinal);
        await Eventually.HoldsAsync(() => !HostProcess.IsAlive(pid));
    }

    [Fact]
    public async Task A_stopped_worker_with_a_call_is_noticed_too()
    {
        await using var silo = await SiloUnderTest.StartReadyAsync([Pool(Quick)]);
        var pid = (await silo.WorkerPidsAsync()).Single();
        var call = silo.CallAsync("sleep", new { seconds = 600 });
        await silo.SeeAsync(() => silo.PoolAsync(), pool => pool["running"]!.GetValue<int>() == 1, "the call runs");

        HostProcess.Signal(pid, "STOP");

        var answer = await call.WithinAsync(Limit);
        Assert.Equal(("worker_exited", "MaybeRan"), (answer.Code, answer.Outcome));
        Assert.Equal("KilledBySilo", answer.Json["details"]!["exit"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_worker_that_is_busy_in_c_code_is_left_alone_while_its_call_has_time()
    {
        await using var silo = await SiloUnderTest.StartReadyAsync([Pool(Quick)]);

        // Holds the interpreter for more than twice what three missed heartbeats take.
        var answer = await silo.CallAsync("hold_interpreter", new { seconds = 7 });

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal(0, (await silo.PoolAsync())["workerDeaths"]!.GetValue<int>());
    }

    /// <summary>The calls have no limit and use next to no processor time, so nothing but the progress excuses the worker.</summary>
    [Theory]
    [InlineData(true, "\"ignored\"")]
    [InlineData(false, "worker_exited")]
    public async Task A_worker_that_answers_no_ping_lives_as_long_as_its_tool_reports_progress(bool reports, string expected)
    {
        await using var silo = await SiloUnderTest.StartReadyAsync(
            [Pool(new { Heartbeat = new { PingInterval = "100ms", Timeout = "1s", MaxMissed = 3 }, PoolRequestTimeout = "infinite" })]);

        // Twice what three missed heartbeats take; a worker that has to be killed goes on until it is.
        var answer = await silo.CallAsync("ignore_pings", new { seconds = reports ? 7 : 60, reports }).WithinAsync(Limit * 1.5);

        Assert.Contains(expected, answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pool_that_is_not_dependent_only_says_so()
    {
        await using var silo = await SiloUnderTest.StartReadyAsync(
            [Pool(new { Heartbeat = new { PingInterval = "100ms", Timeout = "1s", MaxMissed = 2, Dependent = false } })]);
        var pid = (await silo.WorkerPidsAsync()).Single();
        HostProcess.Signal(pid, "STOP");

        await silo.SeesAsync("2 heartbeats missed (Heartbeat:MaxMissed is 2)");
        await silo.SeesAsync("it is kept, because Heartbeat:Dependent is false");

        HostProcess.Signal(pid, "CONT");
        await silo.SeesAsync($"(process {pid}) answers health pings again");
        Assert.Equal($"{pid}", (await silo.CallAsync("pid")).Body);
    }

    private static JsonObject Pool(object options) => Pools.With(SiloUnderTest.Pool("ageing.Ageing", size: 1), options);
}

using System.Net;
using System.Text.Json.Nodes;
using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Lifecycle;

/// <summary>Workers that die by themselves or from outside.</summary>
public sealed class CrashTests
{
    [Theory]
    [InlineData("segfault", "Segfault", "139")]
    [InlineData("abort", "Abort", "134")]
    [InlineData("kill", "Killed", "137")]
    [InlineData("0", "CleanExit", "0")]
    [InlineData("3", "ErrorExit", "3")]
    [InlineData("unhandled", "Unhandled", "1")]
    public async Task A_crash_is_named_in_the_callers_error(string how, string kind, string code)
    {
        await using var silo = await SiloUnderTest.StartReadyAsync([Pool(size: 1)]);
        var pid = (await silo.WorkerPidsAsync()).Single();

        var answer = await silo.CallAsync("crash", new { how });

        Assert.Equal((HttpStatusCode.BadGateway, "worker_exited", "MaybeRan"), (answer.Status, answer.Code, answer.Outcome));
        Assert.Equal(
            (kind, code), (answer.Json["details"]!["exit"]!.GetValue<string>(), answer.Json["details"]!["exit_code"]!.GetValue<string>()));
        await silo.SeesAsync($"(process {pid}) died: ");
        await silo.UntilReadyAsync();
    }

    [Fact]
    public async Task A_call_of_a_tool_that_may_run_twice_is_tried_on_another_worker()
    {
        await using var silo = await SiloUnderTest.StartReadyAsync([Pool(size: 2)]);

        var answer = await silo.CallAsync("crash_once", new { path = Path.Combine(silo.Folder, "once") });

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        await silo.SeeAsync(() => silo.PoolAsync(), pool => pool["workerDeaths"]!.GetValue<int>() == 1, "one worker has died");
    }

    [Fact]
    public async Task So_is_one_that_waited_in_the_queue_with_a_single_worker()
    {
        await using var silo = await SiloUnderTest.StartReadyAsync([Pool(size: 1)]);
        var running = silo.CallAsync("sleep", new { seconds = 0.3 });
        await silo.SeeAsync(() => silo.PoolAsync(), pool => pool["running"]!.GetValue<int>() == 1, "the worker is busy");

        var answer = await silo.CallAsync("crash_once", new { path = Path.Combine(silo.Folder, "once") });

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal(HttpStatusCode.OK, (await running).Status);
    }

    [Fact]
    public async Task One_that_is_not_marked_is_lost_unless_its_caller_says_otherwise()
    {
        await using var silo = await SiloUnderTest.StartReadyAsync([Pool(size: 2)]);

        var lost = await silo.CallAsync("crash_once_unmarked", new { path = Path.Combine(silo.Folder, "first") });
        silo.Http.DefaultRequestHeaders.Add("Snakepit-Idempotent", "true");
        var kept = await silo.CallAsync("crash_once_unmarked", new { path = Path.Combine(silo.Folder, "second") });

        Assert.Equal(("worker_exited", HttpStatusCode.OK), (lost.Code, kept.Status));
    }

    [Theory]
    [InlineData("never", HttpStatusCode.BadGateway)]
    [InlineData("always", HttpStatusCode.OK)]
    public async Task The_pool_can_say_otherwise_too(string retry, HttpStatusCode expected)
    {
        await using var silo = await SiloUnderTest.StartReadyAsync([Pool(size: 2, new { CrashBarrier = new { Retry = retry } })]);
        var tool = retry == "never" ? "crash_once" : "crash_once_unmarked";

        var answer = await silo.CallAsync(tool, new { path = Path.Combine(silo.Folder, "once") });

        Assert.Equal(expected, answer.Status);
    }

    [Fact]
    public async Task A_worker_that_somebody_else_asks_to_leave_has_a_successor_before_its_last_hooks_are_done()
    {
        using var farewell = new Farewell();
        await using var silo = await SiloUnderTest.StartReadyAsync(
            [Pools.With(SiloUnderTest.Pool("farewell.Farewell", size: 1), new { farewell.AdapterEnv })], "GracefulShutdownTimeout=2m");
        var leaving = (await silo.WorkerPidsAsync()).Single();

        HostProcess.Signal(leaving, "TERM");
        await Eventually.HoldsAsync(() => farewell.HasBegun);
        await silo.SeeAsync(() => silo.CallAsync("pid"), answer => answer.Status == HttpStatusCode.OK, "another worker serves");

        Assert.False(farewell.HasEnded);
        Assert.NotEqual(leaving, (await silo.WorkerPidsAsync()).Single());
        farewell.OpenGate();
        await Eventually.HoldsAsync(() => farewell.HasEnded);
    }

    [Fact]
    public async Task While_it_finishes_a_call_the_others_go_to_its_successor()
    {
        await using var silo = await SiloUnderTest.StartReadyAsync(
            [SiloUnderTest.Pool("patient.Patient", size: 1, capacity: 2)], "GracefulShutdownTimeout=2m");
        var leaving = (await silo.WorkerPidsAsync()).Single();
        var (gate, begun) = (Path.Combine(silo.Folder, "gate"), Path.Combine(silo.Folder, "begun"));
        var running = silo.CallAsync("wait_for", new { path = gate, begun });
        await Eventually.HoldsAsync(() => File.Exists(begun));

        HostProcess.Signal(leaving, "TERM");
        var others = await Eventually.SeeAsync(
            () => Task.WhenAll(Enumerable.Range(0, 4).Select(_ => silo.CallAsync("pid"))),
            answers => answers.All(answer => answer.Body != $"{leaving}"),
            what: "the worker has heard");

        Assert.All(others, answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
        Assert.False(running.IsCompleted, running.IsCompleted ? $"{await running}" : "");
        await File.WriteAllTextAsync(gate, "");
        Assert.Equal("\"opened\"", (await running.WithinAsync(Eventually.Limit)).Body);
        await silo.UntilReadyAsync();
        Assert.Equal(0, (await silo.PoolAsync())["workerDeaths"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_storm_of_crashes_stops_one_pool_and_not_the_other()
    {
        var barrier = new { BreakerCrashes = 3, BreakerPause = "6s", Retry = "never" };
        await using var silo = await SiloUnderTest.StartReadyAsync(
            [Pool(size: 2, new { CrashBarrier = barrier }), Pool(size: 1, name: "calm")]);
        for (var crash = 0; crash < 3; crash++)
        {
            Assert.Equal("worker_exited", (await silo.CallAsync("crash", new { how = "9" })).Code);
            if (crash < 2)
                await silo.UntilReadyAsync();
        }

        var refused = await silo.CallAsync("pid");

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "pool_tripped", "NotStarted"), (refused.Status, refused.Code, refused.Outcome));
        Assert.Contains("3 workers crashed within 60 s (CrashBarrier:BreakerCrashes is 3)", refused.Detail, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await silo.CallAsync("pid", pool: "calm")).Status);
        await silo.SeeAsync(
            async () => (await silo.CallAsync("pid")).Status,
            status => status == HttpStatusCode.OK,
            "a probe is let through and ends the storm",
            TimeSpan.FromSeconds(60));
        await silo.UntilReadyAsync();
        Assert.Equal("Ready", (await silo.PoolAsync())["state"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_storm_that_goes_on_after_a_pause_is_told_again()
    {
        var barrier = new { BreakerCrashes = 1, BreakerPause = "100ms", Retry = "never" };
        await using var silo = await SiloUnderTest.StartReadyAsync([Pool(size: 1, new { CrashBarrier = barrier })]);
        Assert.Equal("worker_exited", (await silo.CallAsync("crash", new { how = "9" })).Code);
        await silo.SeesAsync("1 workers crashed within 60 s");

        await silo.SeeAsync(
            async () => (await silo.CallAsync("crash", new { how = "9" })).Code, code => code == "worker_exited", "a probe is let through");

        await silo.SeesAsync("another worker crashed while one call at a time was let through");
    }

    private static JsonObject Pool(int size, object? options = null, string name = "default") =>
        Pools.With(SiloUnderTest.Pool("ageing.Ageing", size, name), options);
}

using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Processes;

public sealed class SiloDeathTests
{
    /// <summary>For the system to end and remove them on a busy host. What would stay stays for ever.</summary>
    private static readonly TimeSpan AllGone = TimeSpan.FromSeconds(20);

    [Fact]
    public Task A_killed_silo_leaves_no_idle_worker() => KillAndLookAsync(null, (_, _) => new { });

    [Fact]
    public Task A_killed_silo_leaves_no_worker_that_is_busy_in_python() =>
        KillAndLookAsync("spin", (_, begun) => new { path = begun });

    [Fact]
    public Task A_killed_silo_leaves_no_worker_that_is_busy_in_c() =>
        KillAndLookAsync("hold_interpreter", (_, begun) => new { path = begun });

    [Fact]
    public async Task A_stopped_silo_leaves_nothing_and_is_gone_in_time()
    {
        await using var silo = await SiloUnderTest.StartReadyAsync([SiloUnderTest.Pool(size: 4)]);
        var pids = await silo.WorkerPidsAsync();

        var code = await silo.StopAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(0, code);
        Assert.DoesNotContain(pids, HostProcess.IsAlive);
    }

    [Theory]
    [InlineData("spin", "ended by SIGTERM, asked to leave: the silo stops")]
    // This tool is deaf to SIGTERM: Python cannot run a signal handler while C code holds the interpreter.
    [InlineData(
        "hold_interpreter", "because it did not leave within 6 s (GracefulShutdownTimeout) of being asked to: the silo stops")]
    public async Task A_stopped_silo_does_not_wait_for_a_tool_that_never_ends(string tool, string how)
    {
        await using var silo = await SiloUnderTest.StartReadyAsync([SiloUnderTest.Pool(size: 1)]);
        var begun = Path.Combine(silo.Folder, "begun");
        var call = silo.CallAsync(tool, new { path = begun });
        await Eventually.HoldsAsync(() => File.Exists(begun));
        var pid = (await silo.WorkerPidsAsync()).Single();

        await silo.StopAsync(TimeSpan.FromSeconds(40));

        Assert.False(HostProcess.IsAlive(pid));
        var answer = await call;
        Assert.Equal(("worker_exited", "MaybeRan"), (answer.Code, answer.Outcome));
        Assert.Contains(how, answer.Detail, StringComparison.Ordinal);
        Assert.Contains("3s (DrainTimeout)", answer.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stop_waits_for_a_call_as_long_as_it_is_told_to()
    {
        await using var silo = await SiloUnderTest.StartReadyAsync([SiloUnderTest.Pool(size: 1)], "DrainTimeout=2m");
        // Longer than the 30 s that the framework gives a call between grains.
        var call = silo.CallAsync("sleep", new { seconds = 33 });
        await silo.SeeAsync(() => silo.PoolAsync(), pool => pool["running"]!.GetValue<int>() == 1, "the call runs");

        HostProcess.Signal(silo.Pid, "TERM");

        Assert.Equal(System.Net.HttpStatusCode.OK, (await call.WithinAsync(TimeSpan.FromMinutes(2))).Status);
        Assert.Equal(0, await silo.ExitAsync());
    }

    private static async Task KillAndLookAsync(string? tool, Func<SiloUnderTest, string, object> arguments)
    {
        await using var silo = await SiloUnderTest.StartReadyAsync([SiloUnderTest.Pool(size: 2)]);
        var begun = Path.Combine(silo.Folder, "begun");
        Task<Answer>? call = null;
        if (tool is not null)
        {
            call = silo.CallAsync(tool, arguments(silo, begun));
            await Eventually.HoldsAsync(() => File.Exists(begun));
        }

        var pids = await silo.WorkerPidsAsync();
        Assert.Equal(2, pids.Count);

        silo.Kill();

        await Eventually.HoldsAsync(() => !pids.Any(HostProcess.IsAlive), AllGone);
        if (call is not null)
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => call);
    }
}

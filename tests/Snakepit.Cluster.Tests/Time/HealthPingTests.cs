using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Time;

public sealed class HealthPingTests
{
    [Fact]
    public async Task A_worker_whose_interpreter_is_held_is_said_to_be_silent_and_lives()
    {
        await using var silo = await SiloUnderTest.StartReadyAsync([SiloUnderTest.Pool(size: 1)], "GrpcWorkerHealthCheckTimeout=200ms");
        var pid = (await silo.WorkerPidsAsync()).Single();
        var call = silo.CallAsync("hold_interpreter", new { path = Path.Combine(silo.Folder, "begun") });

        await silo.SeeAsync(
            () => Task.FromResult(silo.Output),
            output => output.Contains("has not answered a health ping within 0.2 s", StringComparison.Ordinal),
            "the silence is in the log",
            TimeSpan.FromSeconds(60));

        Assert.True(HostProcess.IsAlive(pid));
        HostProcess.Signal(pid, "KILL");
        Assert.Equal("worker_exited", (await call).Code);
    }
}

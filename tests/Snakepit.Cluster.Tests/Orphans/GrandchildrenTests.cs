using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Orphans;

public sealed class GrandchildrenTests
{
    /// <summary>For the system to end and remove them on a busy host. What would stay stays for many minutes.</summary>
    private static readonly TimeSpan AllGone = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_a_tool_has_started_goes_with_a_killed_silo(bool apart)
    {
        await using var silo = await SiloUnderTest.StartReadyAsync([SiloUnderTest.Pool(size: 1)]);
        var child = await StartChildAsync(silo, apart);
        var worker = (await silo.WorkerPidsAsync()).Single();

        silo.Kill();

        await Eventually.HoldsAsync(
            () => !HostProcess.IsAlive(child) && !HostProcess.IsAlive(worker) && HostProcess.Find($"snakepit-guard of {worker}").Count == 0,
            AllGone);
    }

    [Fact]
    public async Task What_a_tool_has_started_goes_with_a_killed_silo_whose_workers_are_stopped()
    {
        await using var silo = await SiloUnderTest.StartReadyAsync([SiloUnderTest.Pool(size: 1)]);
        var child = await StartChildAsync(silo, apart: false);
        HostProcess.Signal((await silo.WorkerPidsAsync()).Single(), "STOP");

        silo.Kill();

        await Eventually.HoldsAsync(() => !HostProcess.IsAlive(child), AllGone);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_a_tool_has_started_goes_with_a_killed_worker(bool apart)
    {
        await using var silo = await SiloUnderTest.StartReadyAsync([SiloUnderTest.Pool(size: 1)]);
        var child = await StartChildAsync(silo, apart);

        HostProcess.Signal((await silo.WorkerPidsAsync()).Single(), "KILL");

        await Eventually.HoldsAsync(() => !HostProcess.IsAlive(child), AllGone);
    }

    private static async Task<int> StartChildAsync(SiloUnderTest silo, bool apart) =>
        (await silo.CallAsync("start_child", new { apart })).Json.GetValue<int>();
}

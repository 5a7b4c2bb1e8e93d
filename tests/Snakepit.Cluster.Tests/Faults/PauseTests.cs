using System.Diagnostics;
using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Faults;

/// <summary>What a paused virtual machine does to a silo: time passes and nothing runs.</summary>
public sealed class PauseTests
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(3);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task After_a_pause_the_same_workers_serve_and_none_was_killed(bool withWorkers)
    {
        await using var silo = await SiloUnderTest.StartReadyAsync([SiloUnderTest.Pool(size: 2)]);
        var workers = await silo.WorkerPidsAsync();
        var gate = Path.Combine(silo.Folder, "gate");
        var waiting = silo.CallAsync("wait_for", new { path = gate });
        await silo.SeeAsync(() => silo.PoolAsync(), pool => pool["running"]!.GetValue<int>() == 1, "a call runs");
        int[] paused = withWorkers ? [silo.Pid, .. workers] : [silo.Pid];

        foreach (var pid in paused)
            HostProcess.Signal(pid, "STOP");
        var clock = Stopwatch.StartNew();
        await Eventually.HoldsAsync(() => clock.Elapsed > Pause);
        foreach (var pid in paused.Reverse())
            HostProcess.Signal(pid, "CONT");

        await File.WriteAllTextAsync(gate, "");
        Assert.Equal("\"opened\"", (await waiting.WithinAsync(Eventually.Limit)).Body);
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => silo.CallAsync("add", new { a = 1, b = 1 }))).WithinAsync(Eventually.Limit);
        Assert.All(answers, answer => Assert.Equal("2", answer.Body));
        Assert.Equal(workers, await silo.WorkerPidsAsync());
        Assert.DoesNotContain("is killed", silo.Output, StringComparison.Ordinal);
    }
}

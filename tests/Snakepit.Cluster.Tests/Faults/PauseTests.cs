using System.Globalization;
using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Faults;

/// <summary>What a paused virtual machine does to a silo: time passes and it does not run.</summary>
public sealed class PauseTests
{
    /// <summary>A worker that stays silent for this long is lost, unless nobody was there to hear it.</summary>
    private static readonly object Heartbeats = new { Heartbeat = new { PingInterval = "100ms", Timeout = "1s", MaxMissed = 3 } };

    private static readonly double Seconds = double.Parse(
        Environment.GetEnvironmentVariable("SNAKEPIT_TEST_PAUSE_SECONDS") ?? "5", CultureInfo.InvariantCulture);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task After_a_pause_the_same_workers_serve_and_none_was_killed(bool withTheIdleWorker)
    {
        await using var silo = await SiloUnderTest.StartReadyAsync(
            [Lifecycle.Pools.With(SiloUnderTest.Pool("ageing.Ageing", size: 2), Heartbeats)]);
        var workers = await silo.WorkerPidsAsync();
        var (begun, over) = (Path.Combine(silo.Folder, "begun"), Path.Combine(silo.Folder, "over"));
        var running = silo.CallAsync("sleep_and_note", new { seconds = Seconds, begun, over });
        await Eventually.HoldsAsync(() => File.Exists(begun));
        var pool = await silo.PoolAsync();
        var idle = pool["shards"]![0]!["workers"]!.AsArray()
            .Single(worker => worker!["load"]!.GetValue<int>() == 0)!["pid"]!.GetValue<int>();
        int[] paused = withTheIdleWorker ? [silo.Pid, idle] : [silo.Pid];

        foreach (var pid in paused)
            HostProcess.Signal(pid, "STOP");
        // The busy worker is not paused. It measures the pause: it writes this file when its time is over.
        await Eventually.HoldsAsync(() => File.Exists(over), TimeSpan.FromSeconds(Seconds) + Eventually.Limit);
        foreach (var pid in paused.Reverse())
            HostProcess.Signal(pid, "CONT");

        Assert.Equal("\"noted\"", (await running.WithinAsync(Eventually.Limit)).Body);
        await silo.SeeAsync(
            () => Task.FromResult(silo.Output),
            output => output.Contains("was not running for", StringComparison.Ordinal),
            "the silo knows that it was away");
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => silo.CallAsync("pid"))).WithinAsync(Eventually.Limit);
        Assert.All(answers, answer => Assert.Contains(answer.Body, workers.Select(pid => $"{pid}")));
        Assert.Equal(workers, await silo.WorkerPidsAsync());
        Assert.DoesNotContain("is killed", silo.Output, StringComparison.Ordinal);
    }
}

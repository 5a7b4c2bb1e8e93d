using System.Net;
using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Processes;

public sealed class SecondSignalTests
{
    [Theory]
    [InlineData("INT", "INT", 130)]
    [InlineData("TERM", "TERM", 143)]
    [InlineData("TERM", "INT", 130)]
    public async Task A_second_signal_ends_a_silo_at_once_whose_tool_ignores_the_stop(string first, string second, int code)
    {
        await using var silo = await SiloUnderTest.StartReadyAsync([SiloUnderTest.Pool(size: 2)]);
        var child = (await silo.CallAsync("start_child", new { apart = true })).Json.GetValue<int>();
        var begun = Path.Combine(silo.Folder, "begun");
        var call = silo.CallAsync("hold_interpreter", new { path = begun });
        await Eventually.HoldsAsync(() => File.Exists(begun));
        var workers = await silo.WorkerPidsAsync();
        HostProcess.Signal(silo.Pid, first);
        await Eventually.HoldsAsync(
            () => silo.Output.Contains("A second Ctrl-C or SIGTERM ends everything at once", StringComparison.Ordinal));
        Assert.Contains(workers, HostProcess.IsAlive);

        await InsistAsync(silo, second);

        Assert.Equal(code, silo.ExitCode);
        await Eventually.HoldsAsync(() => !workers.Any(HostProcess.IsAlive) && !HostProcess.IsAlive(child), TimeSpan.FromSeconds(20));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(silo.Folder, "run")));
        Assert.Empty(Directory.EnumerateFiles(silo.RecordFolder));
        Assert.False(await SucceedsAsync(call));
    }

    [Fact]
    public async Task A_second_signal_during_the_start_leaves_nothing()
    {
        var pool = new
        {
            Name = "default",
            PoolSize = 2,
            AdapterModule = "slow_start.Slow",
            PythonPath = new[] { Places.Adapters },
            AdapterEnv = new { START_GATE = "/nowhere/gate" },
        };
        await using var silo = SiloUnderTest.Start([pool]);
        await Eventually.HoldsAsync(() => HostProcess.Find("snakepit_bridge", silo.Folder).Count >= 2);
        HostProcess.Signal(silo.Pid, "INT");
        await Eventually.HoldsAsync(() => silo.Output.Contains("A second Ctrl-C", StringComparison.Ordinal) || silo.HasExited);

        await InsistAsync(silo, "INT");

        // Not yet known to the silo, they end with it by the kernel's hand: a moment after it, and not at a word of its own.
        await Eventually.HoldsAsync(() => HostProcess.Find("snakepit_bridge", silo.Folder).Count == 0, TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task One_stop_that_arrives_twice_is_one()
    {
        await using var silo = await SiloUnderTest.StartReadyAsync([SiloUnderTest.Pool(size: 1)]);
        var gate = Path.Combine(silo.Folder, "gate");
        var running = silo.CallAsync("wait_for", new { path = gate });
        await silo.SeeAsync(() => silo.PoolAsync(), pool => pool["running"]!.GetValue<int>() == 1, "the call runs");

        // While it stands still both signals wait for it, so it sees them together.
        foreach (var signal in (string[])["STOP", "INT", "TERM", "CONT"])
            HostProcess.Signal(silo.Pid, signal);
        await File.WriteAllTextAsync(gate, "");

        Assert.Equal("\"opened\"", (await running.WithinAsync(Eventually.Limit)).Body);
        Assert.Equal(0, await silo.ExitAsync());
    }

    /// <summary>Its worker's end may still be told to the caller, or the connection ends before that.</summary>
    private static async Task<bool> SucceedsAsync(Task<Answer> call)
    {
        try
        {
            return (await call.WithinAsync(Eventually.Limit)).Status == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>Sends the signal until it is taken for a second one; too close to the first it is not.</summary>
    private static Task InsistAsync(SiloUnderTest silo, string signal) => Eventually.HoldsAsync(() =>
    {
        if (!silo.HasExited)
            HostProcess.Signal(silo.Pid, signal);
        return silo.HasExited;
    });
}

using System.Diagnostics;
using System.Runtime.Versioning;
using Snakepit.Core.Ports;
using Snakepit.Errors;
using Snakepit.Supervision;
using Snakepit.TestKit;

namespace Snakepit.Workers.Tests.Host;

/// <summary>
/// The kernel has closed a dead worker's sockets and is not done with its process for longer than a broken link is waited for.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class WorkerSlowDeathTests
{
    [Theory]
    [InlineData(LinkCarrier.Auto, true, WorkerExitKind.KilledBySilo)]
    [InlineData(LinkCarrier.Auto, false, WorkerExitKind.Killed)]
    [InlineData(LinkCarrier.Grpc, false, WorkerExitKind.Killed)]
    public async Task It_is_not_taken_for_one_that_leaves_or_has_lost_its_link(LinkCarrier carrier, bool bySilo, WorkerExitKind kind)
    {
        await using var test = new TestHost(carrier: carrier);
        var worker = await test.StartAsync("traceable.Traceable");
        string[] arguments = [Path.Combine(Places.Adapters, "slow_death.py"), $"{worker.Facts.Pid}", "0.5"];
        using var holder = Process.Start(new ProcessStartInfo("python3", arguments) { RedirectStandardOutput = true })!;
        Assert.Equal("held", await holder.StandardOutput.ReadLineAsync().WithinAsync(Eventually.Limit));
        var call = test.Call(worker, "sleep", new { seconds = 600 }).Reply;

        if (bySilo)
            worker.Kill("the test wants it");
        else
            HostProcess.Signal(worker.Facts.Pid, "KILL");

        var gone = await worker.LinkClosed.WithinAsync(Eventually.Limit);
        Assert.Equal((kind, 9), (gone.Kind, gone.Signal));
        var failure = (await call).Failure!;
        Assert.Equal((SnakepitErrorCode.WorkerExited, Outcome.MaybeRan), (failure.Code, failure.Outcome));
        Assert.Contains("SIGKILL", failure.Message, StringComparison.Ordinal);
        await holder.WaitForExitAsync().WithinAsync(Eventually.Limit);
    }
}

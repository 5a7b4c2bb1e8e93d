using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Snakepit.Core.Processes;
using Snakepit.Identity;
using Snakepit.Supervision;
using Snakepit.TestKit;
using Snakepit.Workers.Processes;

namespace Snakepit.Workers.Tests.Processes;

public sealed class WorkerProcessTests
{
    private static readonly WorkerId Id = new(new SlotId(new ShardId("pool", "silo"), 1), 1);

    [Fact]
    public async Task What_is_asked_of_a_process_that_has_ended_does_not_change_why_it_ended()
    {
        // The child shares stderr, as one that a tool has started does: the end of the output is waited for.
        var process = await StartAsync("sleep 1000 >/dev/null & echo $!; kill -SEGV $$");
        var child = await process.ReadyLineAsync(CancellationToken.None).WithinAsync(Eventually.Limit);
        await Eventually.HoldsAsync(() => !Directory.Exists($"/proc/{process.Pid}"));

        var killed = process.Kill("its link to the silo broke");
        var stopped = process.StopAsync(Eventually.Limit, "the silo stops");

        var exit = await process.Released.WithinAsync(Eventually.Limit);
        await stopped.WithinAsync(Eventually.Limit);
        HostProcess.Signal(int.Parse(child!, CultureInfo.InvariantCulture), "KILL");
        Assert.Equal((WorkerExitKind.Segfault, 11, false), (exit.Kind, exit.Signal, exit.Expected));
        Assert.False(killed);
    }

    [Fact]
    public async Task A_process_that_has_ended_holds_no_descriptors()
    {
        var ended = new List<WorkerProcess>(); // so that no finalizer does the work
        var pipes = new List<string>();
        for (var number = 0; number < 20; number++)
        {
            var process = await StartAsync("read line; exit 3");
            pipes.AddRange(Enumerable.Range(0, 3).Select(descriptor => new FileInfo($"/proc/{process.Pid}/fd/{descriptor}").LinkTarget!));
            Assert.Equal(3 * (number + 1), pipes.Distinct().Count());
            Assert.Equal(3, Held().Intersect(pipes).Count());

            await process.IntroduceAsync("go", CancellationToken.None);

            Assert.Equal(3, (await process.Released.WithinAsync(Eventually.Limit)).ExitCode);
            await Eventually.HoldsAsync(() => !Held().Intersect(pipes).Any());
            ended.Add(process);
        }

        GC.KeepAlive(ended);
    }

    [Fact]
    public async Task A_process_that_has_ended_gives_its_last_word_and_hears_no_more()
    {
        var process = await StartAsync("echo word");
        await process.Released.WithinAsync(Eventually.Limit);

        await Assert.ThrowsAsync<IOException>(() => process.IntroduceAsync("go", CancellationToken.None));
        Assert.Equal("word", await process.ReadyLineAsync(CancellationToken.None));
        Assert.False(process.Kill("late"));
        process.DumpStacks();
    }

    /// <summary>What this process has open.</summary>
    private static IEnumerable<string> Held() =>
        Directory.EnumerateFileSystemEntries("/proc/self/fd").Select(path => new FileInfo(path).LinkTarget).OfType<string>();

    private static Task<WorkerProcess> StartAsync(string script) => WorkerProcess.StartAsync(
        new ProcessStartInfo("/bin/sh", ["-c", script]), Id, OutputLimits.Default, NullLogger.Instance).WithinAsync(Eventually.Limit);
}

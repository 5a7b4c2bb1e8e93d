using System.Diagnostics;
using System.Text;
using Snakepit.Core.Ports;
using Snakepit.TestKit;
using Snakepit.Workers.Processes;

namespace Snakepit.Workers.Tests.Host;

/// <summary>What a host does when the machine around it does not keep still.</summary>
public sealed class WorkerHostEdgeTests
{
    [Fact]
    public async Task Workers_start_again_after_somebody_has_removed_the_folder_of_the_run()
    {
        await using var test = new TestHost();
        var first = await test.StartAsync();
        var root = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } own && Directory.Exists(own)
            ? own
            : Path.GetTempPath();
        var folder = Path.Combine(root, $"snakepit-{test.RunId}");
        Directory.Delete(folder, recursive: true);

        var second = await test.StartAsync();

        Assert.Equal($"{second.Facts.Pid}", await test.ResultAsync(second, "pid"));
        Assert.Equal($"{first.Facts.Pid}", await test.ResultAsync(first, "pid"));
        Assert.Contains(
            test.Log,
            line =>
                line.StartsWith("Warning", StringComparison.Ordinal)
                    && line.Contains($"'{folder}' was gone and has been made again", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_process_that_comes_only_when_its_host_has_stopped_is_killed_before_all_are_said_to_be_gone(bool atOnce)
    {
        await using var test = new TestHost();
        await test.StartAsync(); // so that the interpreter is known and the next one waits for its process alone
        var gate = new GatedEncoding();
        var busy = SpawnThread.Instance.StartAsync(
            new ProcessStartInfo("true") { RedirectStandardInput = true, StandardInputEncoding = gate });
        await gate.Reached.WithinAsync(Eventually.Limit);
        var starting = test.StartAsync();

        var stopping = atOnce ? test.Host.KillAllAsync() : test.Host.StopAllAsync();
        await Assert.ThrowsAsync<WorkerStartException>(() => starting);
        gate.Open();

        await stopping.WithinAsync(Eventually.Limit);
        (await busy).Dispose();
        using var behind = await SpawnThread.Instance.StartAsync(new ProcessStartInfo("true")); // so the one before it has been started
        Assert.Empty(HostProcess.Find("snakepit_bridge", test.RunId));
    }

    /// <summary>Holds the thread that starts processes: a process' streams are opened there.</summary>
    private sealed class GatedEncoding : UTF8Encoding
    {
        private readonly ManualResetEventSlim _gate = new();
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Reached => _reached.Task;

        public override ReadOnlySpan<byte> Preamble
        {
            get
            {
                _reached.TrySetResult();
                _gate.Wait();
                return [];
            }
        }

        public void Open() => _gate.Set();
    }
}

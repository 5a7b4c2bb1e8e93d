using System.Runtime.Versioning;
using Snakepit.TestKit;

namespace Snakepit.Workers.Tests.Host;

/// <summary>What the threads of a process do, seen from outside while they go on.</summary>
[SupportedOSPlatform("linux")]
public sealed class WorkerStacksTests : IDisposable
{
    private static readonly TimeSpan Limit = Eventually.Limit;

    private readonly string _folder = Directory.CreateTempSubdirectory("snakepit-stacks-").FullName;

    private string Gate => Path.Combine(_folder, "gate");

    private string Begun => Path.Combine(_folder, "begun");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_worker_shows_where_its_call_is_and_the_call_goes_on()
    {
        await using var test = new TestHost();
        var worker = await test.StartAsync();
        var call = test.Call(worker, "wait_for", new { path = Gate, begun = Begun }).Reply;
        await Eventually.HoldsAsync(() => File.Exists(Begun));

        var first = await worker.StacksAsync(Limit);
        var again = await Task.WhenAll(worker.StacksAsync(Limit), worker.StacksAsync(Limit));

        Assert.All(
            again.Append(first),
            stacks =>
            {
                Assert.Matches(@"^Thread MainThread runs wait_for, request [0-9]+, for [0-9.]+ s \(most recent call first\):\n", stacks!);
                Assert.Matches(@"File "".*basic\.py"", line [0-9]+ in [A-Za-z.]*wait_for\n", stacks!);
            });
        Assert.DoesNotContain(test.Log, line => line.Contains("most recent call", StringComparison.Ordinal));
        await File.WriteAllTextAsync(Gate, "");
        Assert.Null((await call).Failure);
    }

    [Fact]
    public async Task A_worker_answers_while_a_tool_holds_its_interpreter()
    {
        await using var test = new TestHost();
        var worker = await test.StartAsync();
        var call = test.Call(worker, "hold_interpreter", new { path = Begun }).Reply;
        await Eventually.HoldsAsync(() => File.Exists(Begun));

        var stacks = await worker.StacksAsync(Limit);

        Assert.StartsWith("It did not answer over its link;", stacks, StringComparison.Ordinal);
        Assert.Contains("in hold_interpreter", stacks, StringComparison.Ordinal);
        Assert.EndsWith("in _run_module_as_main", stacks, StringComparison.Ordinal); // all of it, and once
        Assert.Single(stacks!.Split("in _run_module_as_main")[..^1]);

        Assert.True(HostProcess.IsAlive(worker.Facts.Pid));
        worker.Kill("done");
        await call;
        await worker.Released.WithinAsync(Limit);
        Assert.Null(await worker.StacksAsync(Limit)); // at once: there is no process to wait for
    }

    [Fact]
    public async Task A_worker_that_stands_still_has_no_stacks_and_serves_on_later()
    {
        await using var test = new TestHost();
        var worker = await test.StartAsync();
        HostProcess.Signal(worker.Facts.Pid, "STOP");

        Assert.Null(await worker.StacksAsync(TimeSpan.FromMilliseconds(100)));

        HostProcess.Signal(worker.Facts.Pid, "CONT");
        Assert.Equal($"{worker.Facts.Pid}", await test.ResultAsync(worker, "pid"));
        Assert.StartsWith("No call runs.\n", await worker.StacksAsync(Limit), StringComparison.Ordinal);
    }
}

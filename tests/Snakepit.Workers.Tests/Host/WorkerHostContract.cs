using Snakepit.Core.Ports;
using Snakepit.Errors;
using Snakepit.TestKit;

namespace Snakepit.Workers.Tests.Host;

public sealed class GrpcWorkerHostTests() : WorkerHostContract(LinkCarrier.Grpc);

public sealed class FramedWorkerHostTests() : WorkerHostContract(LinkCarrier.Auto);

/// <summary>What holds whatever carries the work stream.</summary>
public abstract class WorkerHostContract(LinkCarrier carrier)
{
    [Fact]
    public async Task A_worker_says_what_it_is_and_serves()
    {
        await using var test = new TestHost(carrier: carrier);

        var worker = await test.StartAsync();

        Assert.Equal($"{worker.Facts.Pid}", await test.ResultAsync(worker, "pid"));
        Assert.StartsWith("3.", worker.Facts.PythonVersion, StringComparison.Ordinal);
        var add = Assert.Single(worker.Facts.Tools, tool => tool.Name == "add");
        Assert.Equal(("(a: float, b: float) -> float", "Adds two numbers."), (add.Signature, add.Summary));
        Assert.Equal("""{"type":"number"}""", add.ResultSchema);
    }

    [Fact]
    public async Task Workers_start_side_by_side()
    {
        await using var test = new TestHost(carrier: carrier);

        var workers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => test.StartAsync()));

        Assert.Equal(8, workers.Select(worker => worker.Facts.Pid).Distinct().Count());
    }

    [Fact]
    public async Task A_worker_with_room_takes_several_requests_at_once()
    {
        await using var test = new TestHost(carrier: carrier);
        var worker = await test.StartAsync(capacity: 4);

        var replies = await Task.WhenAll(Enumerable.Range(0, 4).Select(number => test.ResultAsync(worker, "echo", new { number })));

        Assert.Equal(Enumerable.Range(0, 4).Select(number => $$"""{"number":{{number}}}"""), replies);
    }

    [Fact]
    public async Task An_adapter_that_cannot_be_imported_fails_the_start_with_the_traceback_and_leaves_nothing()
    {
        await using var test = new TestHost(carrier: carrier);

        var error = await Assert.ThrowsAsync<WorkerStartException>(() => test.StartAsync("broken_import"));

        Assert.Contains("the adapter cannot be imported: ModuleNotFoundError", error.Message, StringComparison.Ordinal);
        Assert.Contains("import a_module_that_nobody_has", error.Traceback, StringComparison.Ordinal);
        Assert.Empty(HostProcess.Find("snakepit_bridge", test.RunId));
        Assert.Contains(
            test.Log,
            line =>
                line.StartsWith("Error", StringComparison.Ordinal)
                    && line.Contains("import a_module_that_nobody_has", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_adapter_that_does_not_exist_names_itself()
    {
        await using var test = new TestHost(carrier: carrier);

        var error = await Assert.ThrowsAsync<WorkerStartException>(() => test.StartAsync("basic.Nothing"));

        Assert.Contains("Nothing", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worker_that_is_not_ready_in_time_is_killed_and_the_knob_is_named()
    {
        await using var test = new TestHost(carrier: carrier);
        var spec = test.Spec("slow_start.Slow") with
        {
            ServerReadyTimeout = TimeSpan.FromSeconds(1.5),
            AdapterEnv = new Dictionary<string, string> { ["START_GATE"] = "/nowhere/gate" },
        };

        var error = await Assert.ThrowsAsync<WorkerStartException>(
            () => test.Host.StartAsync(spec, CancellationToken.None).WithinAsync(Eventually.Limit));

        Assert.Contains("it did not serve within 1.5 s; GrpcServerReadyTimeout is the limit", error.Message, StringComparison.Ordinal);
        Assert.Empty(HostProcess.Find("snakepit_bridge", test.RunId));
    }

    [Fact]
    public async Task A_killed_worker_fails_its_calls_and_says_with_which_signal()
    {
        await using var test = new TestHost(carrier: carrier);
        var worker = await test.StartAsync();
        var begun = Path.GetTempFileName();
        File.Delete(begun);
        var call = test.Call(worker, "spin", new { path = begun }).Reply;
        await Eventually.HoldsAsync(() => File.Exists(begun));
        File.Delete(begun);

        HostProcess.Signal(worker.Facts.Pid, "SEGV");

        var reply = await call;
        Assert.Equal((SnakepitErrorCode.WorkerExited, Outcome.MaybeRan), (reply.Failure!.Code, reply.Failure.Outcome));
        var exit = await worker.Released.WithinAsync(Eventually.Limit);
        Assert.Equal((11, false), (exit.Signal, exit.Expected));
    }

    [Fact]
    public async Task A_worker_that_leaves_by_itself_says_with_which_code()
    {
        await using var test = new TestHost(carrier: carrier);
        var worker = await test.StartAsync();

        await test.Call(worker, "die", new { code = 3 }).Reply;

        var exit = await worker.Released.WithinAsync(Eventually.Limit);
        Assert.Equal((3, null, false), (exit.ExitCode, exit.Signal, exit.Expected));
    }

    [Fact]
    public async Task A_call_to_a_dead_worker_has_not_started()
    {
        await using var test = new TestHost(carrier: carrier);
        var worker = await test.StartAsync();
        worker.Kill("the test said so");
        await worker.Released.WithinAsync(Eventually.Limit);

        var reply = await test.Call(worker, "pid").Reply;

        Assert.Equal((SnakepitErrorCode.WorkerExited, Outcome.NotStarted), (reply.Failure!.Code, reply.Failure.Outcome));
        Assert.Contains("the test said so", reply.Failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sleep")]
    [InlineData("wait_for")]
    public async Task A_cancelled_call_ends_and_the_worker_serves_on(string tool)
    {
        await using var test = new TestHost(carrier: carrier);
        var worker = await test.StartAsync();
        object args = tool == "sleep" ? new { seconds = 60 } : new { path = "/nowhere/gate" };
        var (id, call) = test.Call(worker, tool, args);

        worker.Cancel(id, 1, StopReason.CallerGone);

        Assert.Equal(SnakepitErrorCode.Cancelled, (await call).Failure!.Code);
        Assert.Equal($"{worker.Facts.Pid}", await test.ResultAsync(worker, "pid"));
    }

    [Fact]
    public async Task Stacks_of_a_busy_worker_go_to_the_log()
    {
        await using var test = new TestHost(carrier: carrier);
        var worker = await test.StartAsync();
        var begun = Path.Combine(Path.GetTempPath(), $"begun-{test.RunId}");
        var call = test.Call(worker, "hold_interpreter", new { path = begun }).Reply;
        await Eventually.HoldsAsync(() => File.Exists(begun));
        File.Delete(begun);

        worker.DumpStacks();

        await Eventually.HoldsAsync(() => test.Log.Any(line => line.Contains("hold_interpreter", StringComparison.Ordinal)));
        worker.Kill("done");
        Assert.Equal(Outcome.MaybeRan, (await call).Failure!.Outcome);
    }

    [Fact]
    public async Task The_token_is_in_neither_arguments_nor_environment()
    {
        await using var test = new TestHost(carrier: carrier);
        var worker = await test.StartAsync();

        var visible = await File.ReadAllTextAsync(
            $"/proc/{worker.Facts.Pid}/cmdline") + await File.ReadAllTextAsync($"/proc/{worker.Facts.Pid}/environ");

        Assert.DoesNotMatch("[0-9a-f]{32}", visible);
        Assert.Contains($"SNAKEPIT_RUN_ID={test.RunId}", visible, StringComparison.Ordinal);
        Assert.Contains("SNAKEPIT_INSTANCE_NAME=test", visible, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worker_leads_its_own_process_group()
    {
        await using var test = new TestHost(carrier: carrier);
        var worker = await test.StartAsync();

        var stat = await File.ReadAllTextAsync($"/proc/{worker.Facts.Pid}/stat");

        Assert.Equal($"{worker.Facts.Pid}", stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[2]);
    }

    [Fact]
    public async Task Stopping_the_host_stops_every_worker_and_starts_no_more()
    {
        await using var test = new TestHost(carrier: carrier);
        var workers = await Task.WhenAll(test.StartAsync(), test.StartAsync());

        await test.Host.StopAllAsync().WithinAsync(TimeSpan.FromSeconds(30));

        Assert.All(workers, worker => Assert.False(HostProcess.IsAlive(worker.Facts.Pid)));
        Assert.All(await Task.WhenAll(workers.Select(worker => worker.Released)), exit => Assert.True(exit.Expected));
        var error = await Assert.ThrowsAsync<WorkerStartException>(() => test.StartAsync());
        Assert.Contains("the silo is stopping", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_left_in_the_file_system()
    {
        string folder;
        await using (var test = new TestHost(carrier: carrier))
        {
            await test.StartAsync();
            folder = Directory.EnumerateDirectories(
                Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } runtime && Directory.Exists(runtime)
                    ? runtime
                    : Path.GetTempPath(),
                $"snakepit-{test.RunId}").Single();
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, new DirectoryInfo(folder).UnixFileMode);
            // a socket's name goes once both streams are open
            Assert.Equal(["lock"], Directory.EnumerateFiles(folder).Select(Path.GetFileName));
        }

        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public async Task Large_payloads_pass_both_ways()
    {
        await using var test = new TestHost(carrier: carrier);
        var worker = await test.StartAsync();
        var text = new string('x', 8 * 1024 * 1024);

        Assert.Equal(text.Length + """{"text":""}""".Length, (await test.ResultAsync(worker, "echo", new { text })).Length);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task A_request_beyond_the_limit_is_refused_and_the_worker_lives(int capacity)
    {
        await using var test = new TestHost(carrier: carrier);
        var worker = await test.Host.StartAsync(
            test.Spec(capacity: capacity) with { MaxMessageBytes = 100_000 }, CancellationToken.None).WithinAsync(Eventually.Limit);

        var reply = await test.Call(worker, "echo", new { text = new string('x', 100_000) }).Reply;

        Assert.Equal((SnakepitErrorCode.RequestTooLarge, Outcome.NotStarted), (reply.Failure!.Code, reply.Failure.Outcome));
        Assert.Contains("100011 bytes", reply.Failure.Message, StringComparison.Ordinal);
        Assert.Equal($"{worker.Facts.Pid}", await test.ResultAsync(worker, "pid"));
    }

    [Fact]
    public async Task A_result_beyond_the_limit_is_a_failure_and_the_worker_lives()
    {
        await using var test = new TestHost(carrier: carrier);
        var worker = await test.Host.StartAsync(
            test.Spec() with { MaxMessageBytes = 100_000 }, CancellationToken.None).WithinAsync(Eventually.Limit);

        var reply = await test.Call(worker, "echo", new { text = new string('x', 99_000) }).Reply;

        Assert.Equal(SnakepitErrorCode.ResultNotEncodable, reply.Failure!.Code);
        Assert.Equal($"{worker.Facts.Pid}", await test.ResultAsync(worker, "pid"));
    }

    [Fact]
    public async Task Many_large_requests_at_once_all_come_back()
    {
        await using var test = new TestHost(carrier: carrier);
        var worker = await test.StartAsync(capacity: 4);
        var text = new string('x', 900_000);

        var replies = await Task.WhenAll(Enumerable.Range(0, 4).Select(number => test.ResultAsync(worker, "echo", new { number, text })));

        Assert.All(replies.Index(), reply => Assert.StartsWith($$"""{"number":{{reply.Index}},""", reply.Item, StringComparison.Ordinal));
    }
}

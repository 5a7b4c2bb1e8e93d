using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Time;

public sealed class DeadlineTests
{
    /// <summary>Room for a busy test machine; what has to be shown is that the answer does not wait for Python.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The budget of calls that the shard has to answer in time. The shard answers a sixth of the budget before the client gives up. That
    /// is enough on a busy machine, except for the first call of a silo.
    /// </summary>
    private const string InTime = "4s";

    [Fact]
    public async Task A_python_loop_is_stopped_at_the_deadline_and_its_stack_is_in_the_error()
    {
        // Between Python's deadline and the shard's the worker has a second to say where its code was. The budget is 6 s, because both
        // margins together take no more than a fifth of a budget.
        await using var silo = await SiloUnderTest.StartReadyAsync(
            [SiloUnderTest.Pool(size: 1)], "WorkerCallMargin=10ms", "PoolReplyMargin=1s", "DumpGrace=10s");
        var pid = (await silo.WorkerPidsAsync()).Single();

        var answer = await CallAsync(silo, "spin", new { path = Path.Combine(silo.Folder, "begun") }, "6s").WithinAsync(Eventually.Limit);

        Assert.Equal((HttpStatusCode.GatewayTimeout, "execution_timeout", "MaybeRan"), (answer.Status, answer.Code, answer.Outcome));
        Assert.Contains("Thread MainThread runs spin, ", answer.Json["details"]!["stacks"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal($"{pid}", (await silo.CallAsync("pid")).Body); // the code was stopped, the process not
    }

    [Fact]
    public async Task A_sleeping_tool_is_stopped_at_the_deadline_and_the_worker_serves_on()
    {
        await using var silo = await StartAsync([SiloUnderTest.Pool(size: 1)], "CancelGrace=60s");
        var pid = (await silo.WorkerPidsAsync()).Single();

        var answer = await CallAsync(silo, "sleep", new { seconds = 600 }, InTime).WithinAsync(Soon);

        Assert.Equal("execution_timeout", answer.Code);
        Assert.Equal($"{pid}", (await silo.CallAsync("pid")).Body);
    }

    [Theory]
    [InlineData("sleep_async")]
    [InlineData("sort_for_ever")]
    [InlineData("wait_for_lock")]
    public async Task Coroutines_numpy_loops_and_waits_for_a_lock_are_stopped_without_a_kill(string tool)
    {
        await using var silo = await StartAsync([SiloUnderTest.Pool("stopping.Stopping", size: 1)], "CancelGrace=60s");
        var pid = (await silo.WorkerPidsAsync()).Single();

        var answer = await CallAsync(silo, tool, new { }, InTime).WithinAsync(Soon);

        Assert.Equal("execution_timeout", answer.Code);
        Assert.Equal($"{pid}", (await silo.CallAsync("pid")).Body);
    }

    [Fact]
    public async Task A_tool_sees_its_deadline()
    {
        await using var silo = await SiloUnderTest.StartReadyAsync([SiloUnderTest.Pool(size: 1)]);

        var answer = await CallAsync(silo, "remaining", new { }, "60s");

        Assert.InRange(answer.Json.GetValue<double>(), 50, 58.8);
    }

    [Fact]
    public async Task A_tool_that_holds_the_interpreter_is_killed_with_its_worker_alone_and_replaced()
    {
        await using var silo = await StartAsync([SiloUnderTest.Pool(size: 2)], "DumpGrace=2s");
        var before = await silo.WorkerPidsAsync();

        var answer = await CallAsync(silo, "hold_interpreter", new { path = Path.Combine(silo.Folder, "begun") }, InTime).WithinAsync(Soon);

        Assert.Equal((HttpStatusCode.GatewayTimeout, "execution_timeout", "MaybeRan"), (answer.Status, answer.Code, answer.Outcome));
        Assert.Matches($@"When the tool does not stop, 'snakepit logs default@{silo.Name}#[01]\.1' shows its stack\.$", answer.Detail);
        var after = await silo.SeeAsync(
            () => silo.WorkerPidsAsync(),
            pids => pids.Count == 2 && pids.Intersect(before).Count() == 1,
            "one worker is replaced, the other lives");
        await Eventually.HoldsAsync(() => !before.Except(after).Any(HostProcess.IsAlive));
        await silo.UntilReadyAsync();
        var failure = Failure(await silo.StatusAsync(output: true));
        Assert.StartsWith("ended by SIGKILL, because tool 'hold_interpreter' did not stop", failure, StringComparison.Ordinal);
        Assert.Contains("in hold_interpreter", failure, StringComparison.Ordinal); // the dump that C can make while Python cannot
        Assert.Equal(failure.Split('\n')[0], Failure(await silo.StatusAsync())); // output travels on request only
        Assert.Equal("2", (await silo.CallAsync("add", new { a = 1, b = 1 })).Body);
    }

    [Fact]
    public async Task A_worker_that_has_not_settled_a_cancel_gets_no_new_work()
    {
        await using var silo = await StartAsync([SiloUnderTest.Pool(size: 1)], "CancelGrace=60s");
        var late = CallAsync(silo, "hold_interpreter", new { path = Path.Combine(silo.Folder, "begun") }, InTime);
        Assert.Equal("execution_timeout", (await late.WithinAsync(Soon)).Code);

        var next = await CallAsync(silo, "pid", new { }, InTime).WithinAsync(Soon);

        Assert.Equal(("queue_timeout", "NotStarted"), (next.Code, next.Outcome));
    }

    [Fact]
    public async Task An_answer_after_the_deadline_is_dropped_and_the_next_caller_gets_its_own()
    {
        const int Rounds = 6;
        await using var silo = await StartAsync([SiloUnderTest.Pool(size: 1)], "CancelGrace=20s");

        for (var i = 0; i < Rounds; i++)
        {
            var late = await CallAsync(silo, "stubborn", new { seconds = 2.5, value = $"late {i}" }, "2s");
            var own = await silo.CallAsync("echo", new { value = i });

            Assert.Equal("timeout", late.Json["category"]!.GetValue<string>());
            Assert.Equal($$"""{"value":{{i}}}""", own.Body);
        }

        var pool = await silo.PoolAsync();
        Assert.Equal((Rounds, Rounds + 1), (pool["errors"]!.GetValue<int>(), pool["succeeded"]!.GetValue<int>()));
    }

    [Fact]
    public async Task Waiting_is_deducted_and_what_waited_too_long_never_starts()
    {
        await using var silo = await StartAsync([SiloUnderTest.Pool(size: 1)]);
        var gate = Path.Combine(silo.Folder, "gate");
        var running = silo.CallAsync("wait_for", new { path = gate });
        await silo.SeeAsync(() => silo.PoolAsync(), pool => pool["running"]!.GetValue<int>() == 1, "one call runs");

        var waited = await CallAsync(silo, "count", new { }, InTime).WithinAsync(Soon);

        Assert.Equal((HttpStatusCode.GatewayTimeout, "queue_timeout", "NotStarted"), (waited.Status, waited.Code, waited.Outcome));
        Assert.True(waited.Json["elapsedMs"]!["queue"]!.GetValue<double>() > 100, waited.Body);
        await File.WriteAllTextAsync(gate, "");
        await running;
        Assert.Equal("1", (await silo.CallAsync("count")).Body);
        await silo.SeeAsync(() => silo.PoolAsync(), pool => pool["queueTimeouts"]!.GetValue<int>() == 1, "the call is counted");
    }

    [Fact]
    public async Task The_pools_own_timeout_holds_for_calls_that_bring_none()
    {
        await using var silo = await StartAsync([SiloUnderTest.Pool(size: 1)], $"PoolRequestTimeout={InTime}");

        var answer = await silo.CallAsync("sleep", new { seconds = 600 }).WithinAsync(Soon);

        Assert.Equal("execution_timeout", answer.Code);
        Assert.Matches("within ([23][0-9]{3}ms|4s)", answer.Detail); // less what the call took to get there
    }

    [Theory]
    [InlineData("soon")]
    [InlineData("-5")]
    [InlineData("0")]
    public async Task A_timeout_header_that_is_no_time_is_refused(string header)
    {
        await using var silo = await SiloUnderTest.StartReadyAsync([SiloUnderTest.Pool(size: 1)]);

        var answer = await CallAsync(silo, "pid", new { }, header);

        Assert.Equal((HttpStatusCode.BadRequest, "invalid_request"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task The_command_line_passes_a_timeout_on()
    {
        await using var silo = await StartAsync([SiloUnderTest.Pool(size: 1)]);
        using var process = Process.Start(new ProcessStartInfo(
            Places.Snakepit, ["call", "sleep", "--json", """{"seconds": 600}""", "--timeout", InTime, "--url", silo.Url.ToString()])
        { RedirectStandardError = true })!;

        var errors = await process.StandardError.ReadToEndAsync().WithinAsync(Eventually.Limit);
        await process.WaitForExitAsync().WithinAsync(Eventually.Limit);

        Assert.Equal(1, process.ExitCode);
        Assert.Contains("execution_timeout", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clients_that_leave_at_random_moments_leave_nothing_behind()
    {
        await using var silo = await SiloUnderTest.StartReadyAsync([SiloUnderTest.Pool(size: 2)]);
        var random = new Random(5);
        var delays = Enumerable.Range(0, 400).Select(_ => random.NextDouble() * 30).ToList();

        await Parallel.ForEachAsync(delays, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (delay, _) =>
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(delay));
            try
            {
                await silo.CallAsync("sleep", new { seconds = 0.005 }, cancellationToken: patience.Token);
            }
            catch (OperationCanceledException)
            {
                // as intended
            }
        });

        var pool = await silo.SeeAsync(
            () => silo.PoolAsync(),
            pool => pool["queued"]!.GetValue<int>() == 0 && pool["running"]!.GetValue<int>() == 0,
            "nothing waits and nothing runs");
        Assert.Equal(Count(pool, "requests"), Count(pool, "succeeded") + Count(pool, "errors") + Count(pool, "cancelled"));
        Assert.Equal("2", (await silo.CallAsync("add", new { a = 1, b = 1 })).Body);
    }

    /// <summary>Starts a silo and makes its first call, which takes longer than some budgets of these tests.</summary>
    private static async Task<SiloUnderTest> StartAsync(object[] pools, params string[] settings)
    {
        var silo = await SiloUnderTest.StartReadyAsync(pools, settings);
        await silo.CallAsync("pid");
        return silo;
    }

    private static long Count(JsonNode pool, string name) => pool[name]!.GetValue<long>();

    private static async Task<Answer> CallAsync(SiloUnderTest silo, string tool, object args, string timeout)
    {
        using var http = new HttpClient { BaseAddress = silo.Url };
        http.DefaultRequestHeaders.TryAddWithoutValidation("Snakepit-Timeout", timeout);
        using var response = await http.PostAsJsonAsync(new Uri($"v1/pools/default/tools/{tool}", UriKind.Relative), args);
        return new Answer(response.StatusCode, await response.Content.ReadAsStringAsync(), new Dictionary<string, string>());
    }

    /// <summary>Why the only worker that was replaced ended.</summary>
    private static string Failure(System.Text.Json.Nodes.JsonNode status) =>
        SiloUnderTest.Workers(status).Select(worker => worker["lastFailure"]?.GetValue<string>()).Single(text => text is not null)!;
}

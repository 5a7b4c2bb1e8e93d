using System.Net;
using System.Net.Http.Json;
using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Threads;

/// <summary>Calls that run at once in one Python process.</summary>
public sealed class ThreadTests(ThreadSilo shared) : IClassFixture<ThreadSilo>
{
    private const int Threads = ThreadSilo.Threads;

    private readonly SiloUnderTest _silo = shared.Silo;

    [Fact]
    public async Task Sixteen_tools_that_wait_for_each_other_meet_in_one_process()
    {
        var pid = (await _silo.WorkerPidsAsync("default")).Single();

        var answers = await Task.WhenAll(Enumerable.Range(0, Threads).Select(_ => _silo.CallAsync("meet"))).WithinAsync(Eventually.Limit);

        Assert.Equal($"{pid}", Assert.Single(answers.Select(answer => answer.Body).Distinct()));
    }

    [Fact]
    public async Task A_loop_and_a_coroutine_are_stopped_while_the_other_threads_are_busy_and_answers_go_on()
    {
        var gate = Gate();
        var busy = Enumerable.Range(0, Threads - 3).Select(_ => _silo.CallAsync("wait_for", new { path = gate })).ToArray();
        await RunningAsync("default", Threads - 3);

        var stopped = await Task.WhenAll(CallAsync("spin", "4s"), CallAsync("sleep_async", "4s")).WithinAsync(Eventually.Limit);
        // A worker that has not settled its cancels would get no new work.
        var next = await _silo.CallAsync("pid").WithinAsync(Eventually.Limit);

        Assert.All(stopped, answer => Assert.Equal(("execution_timeout", "MaybeRan"), (answer.Code, answer.Outcome)));
        Assert.DoesNotContain(busy, call => call.IsCompleted);
        await File.WriteAllTextAsync(gate, "");
        var answers = await Task.WhenAll(busy).WithinAsync(Eventually.Limit);
        Assert.Equal(next.Body, Assert.Single(answers.Select(answer => answer.Body).Distinct()));
    }

    [Fact]
    public async Task Thread_sensitive_tools_run_one_after_the_other_on_one_thread()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, Threads).Select(_ => _silo.CallAsync("alone"))).WithinAsync(Eventually.Limit);

        Assert.Equal("""["snakepit-sensitive",1]""", Assert.Single(answers.Select(answer => answer.Body).Distinct()));
    }

    [Fact]
    public async Task A_tool_that_does_not_stop_costs_the_worker_and_its_neighbours_are_told_or_repeated()
    {
        var gate = Gate();
        var before = (await _silo.WorkerPidsAsync("killed")).Single();
        var lost = _silo.CallAsync("wait_for", new { path = gate }, "killed");
        var repeated = _silo.CallAsync("wait_for_twice", new { path = gate }, "killed");
        await RunningAsync("killed", 2);

        var hanging = await CallAsync("hang", "4s", "killed").WithinAsync(Eventually.Limit);
        var told = await lost.WithinAsync(Eventually.Limit);

        Assert.Equal("execution_timeout", hanging.Code);
        Assert.Equal((HttpStatusCode.BadGateway, "worker_exited", "MaybeRan"), (told.Status, told.Code, told.Outcome));
        Assert.Equal(
            ("KilledBySilo", "collateral"),
            (told.Json["details"]!["exit"]!.GetValue<string>(), told.Json["details"]!["reason"]!.GetValue<string>()));
        Assert.Contains("tool 'hang' did not stop", told.Detail, StringComparison.Ordinal);
        Assert.False(repeated.IsCompleted);
        await File.WriteAllTextAsync(gate, "");
        var answer = await repeated.WithinAsync(Eventually.Limit);
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.NotEqual($"{before}", answer.Body);
    }

    [Fact]
    public async Task An_adapter_that_does_not_say_that_it_is_thread_safe_fails_its_pool_with_adapter_option_and_remedy()
    {
        var answer = await _silo.CallAsync("add", new { a = 1, b = 1 }, "refused");

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "pool_failed", "NotStarted"), (answer.Status, answer.Code, answer.Outcome));
        Assert.Contains(
            "Adapter 'basic.Basic' does not declare __thread_safe__ = True, which ThreadsPerWorker 16 needs: declare it if several threads "
            + "may run its code at once, or set the pool's WorkerProfile to process.",
            answer.Detail,
            StringComparison.Ordinal);
    }

    private string Gate() => Path.Combine(_silo.Folder, $"gate-{Guid.NewGuid():N}");

    private Task RunningAsync(string pool, int calls) => _silo.SeeAsync(
        () => _silo.PoolAsync(pool), seen => seen["running"]!.GetValue<int>() == calls, $"{calls} calls run in pool '{pool}'");

    private async Task<Answer> CallAsync(string tool, string timeout, string pool = "default")
    {
        using var http = new HttpClient { BaseAddress = _silo.Url };
        http.DefaultRequestHeaders.TryAddWithoutValidation("Snakepit-Timeout", timeout);
        using var response = await http.PostAsJsonAsync(new Uri($"v1/pools/{pool}/tools/{tool}", UriKind.Relative), new { });
        return new Answer(response.StatusCode, await response.Content.ReadAsStringAsync(), new Dictionary<string, string>());
    }
}

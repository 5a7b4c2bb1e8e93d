using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Snakepit.Client;
using Snakepit.Errors;
using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Streams;

public sealed class StreamFaultTests(StreamSilo shared) : IClassFixture<StreamSilo>
{
    private readonly ISnakepitClient _client = shared.Client;

    [Fact]
    public async Task A_worker_that_dies_in_the_middle_ends_its_stream_after_the_items_it_sent()
    {
        var items = new List<int>();
        var error = await Assert.ThrowsAsync<SnakepitException>(async () =>
        {
            await foreach (var item in _client.StreamAsync<int>("die", new { after = 20, code = 7 }, cancellationToken: Limit()))
                items.Add(item);
        });

        Assert.Equal(Enumerable.Range(0, 20), items);
        Assert.Equal((SnakepitErrorCode.WorkerExited, Outcome.MaybeRan), (error.Code, error.Outcome));
        Assert.Equal(("20", "7"), (error.Failure.Details["items"], error.Failure.Details["exit_code"]));
    }

    [Fact]
    public async Task A_killed_worker_ends_its_stream_and_is_replaced()
    {
        var path = shared.NewPath();
        var inPool = new ToolCallOptions { Pool = "checkout" };
        var error = await Assert.ThrowsAsync<SnakepitException>(async () =>
        {
            await foreach (var item in _client.StreamAsync("pause", new { path, seconds = 60 }, inPool, Limit()))
                HostProcess.Signal(item.WorkerPid, "KILL");
        });

        Assert.Equal((SnakepitErrorCode.WorkerExited, "1"), (error.Code, error.Failure.Details["items"]));
        await shared.Silo.UntilReadyAsync();
        Assert.NotEqual(0, await _client.ExecuteAsync<int>("pid", options: inPool));
    }

    [Fact]
    public async Task A_recycled_worker_finishes_its_stream_first()
    {
        var path = shared.NewPath();
        var options = new ToolCallOptions { Pool = "brief", Timeout = Timeout.InfiniteTimeSpan };
        await using var items = _client.StreamAsync("gated", new { path }, options, Limit()).GetAsyncEnumerator();
        Assert.True(await items.MoveNextAsync());
        var pid = items.Current.WorkerPid;

        Assert.Equal(HttpStatusCode.OK, (await shared.Silo.PostAsync("v1/pools/brief/recycle", "{}")).Status);
        await shared.Silo.SeeAsync(
            async () => SiloUnderTest.Workers(await shared.Silo.StatusAsync(), "brief").ToList(),
            workers => workers.Any(worker => worker["state"]!.GetValue<string>() == "Draining" && worker["pid"]!.GetValue<int>() == pid),
            "the old worker drains");

        await File.WriteAllTextAsync($"{path}.1", "");
        Assert.True(await items.MoveNextAsync());
        Assert.Equal(pid, items.Current.WorkerPid);
        await File.WriteAllTextAsync($"{path}.end", "");
        Assert.False(await items.MoveNextAsync());
        await shared.Silo.SeeAsync(
            () => shared.Silo.WorkerPidsAsync("brief"), pids => pids is [var only] && only != pid, "the old worker is gone");
    }

    [Fact]
    public async Task A_killed_caller_closes_the_generator_and_the_slot_is_free()
    {
        var path = shared.NewPath();
        string[] arguments = ["call", "pause", "--stream", "--json", $$"""{"path": "{{path}}", "seconds": 60}"""];
        var start = new ProcessStartInfo(Places.Snakepit, arguments) { RedirectStandardOutput = true };
        start.Environment["SNAKEPIT_URL"] = shared.Silo.Url.ToString();
        using var caller = Process.Start(start)!;
        Assert.Equal("\"before\"", await caller.StandardOutput.ReadLineAsync().WaitAsync(Eventually.Limit));

        caller.Kill();

        await shared.UntilClosedAsync(path);
    }

    [Fact]
    public async Task A_killed_client_closes_the_generator_and_other_readers_stay()
    {
        var (path, other) = (shared.NewPath(), shared.NewPath());
        await using var slow = _client.StreamAsync("gated", new { path = other }, cancellationToken: Limit()).GetAsyncEnumerator();
        Assert.True(await slow.MoveNextAsync());
        var arguments = $$"""{"path": "{{path}}", "seconds": 60}""";
        string[] words = [$"127.0.0.1:{shared.Silo.GatewayPort}", "pause", arguments];
        using var client = Process.Start(new ProcessStartInfo(Places.TestReader, words) { RedirectStandardOutput = true })!;
        Assert.Equal("\"before\"", await client.StandardOutput.ReadLineAsync().WaitAsync(Eventually.Limit));

        client.Kill();

        await Eventually.HoldsAsync(() => File.Exists($"{path}.closed")); // far sooner than StreamReaderTimeout, which is a minute
        await shared.Silo.SeeAsync(
            () => shared.Silo.PoolAsync(), pool => pool["running"]!.GetValue<int>() == 1, "its slot is free, the other's is not");
        await File.WriteAllTextAsync($"{other}.1", "");
        Assert.True(await slow.MoveNextAsync());
        await File.WriteAllTextAsync($"{other}.end", "");
        Assert.False(await slow.MoveNextAsync());
    }

    [Fact]
    public async Task Over_http_every_item_is_a_line()
    {
        var answer = await shared.Silo.PostAsync("v1/pools/default/tools/count/stream", """{"to": 3}""");

        Assert.Equal((HttpStatusCode.OK, "0\n1\n2\n"), (answer.Status, answer.Body));
        Assert.Equal("application/x-ndjson", answer.Headers["Content-Type"]);
    }

    [Fact]
    public async Task Over_http_a_late_failure_is_the_last_line()
    {
        var answer = await shared.Silo.PostAsync("v1/pools/default/tools/break_off/stream", """{"after": 2}""");

        var lines = answer.Body.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal((HttpStatusCode.OK, "0", "1"), (answer.Status, lines[0], lines[1]));
        var problem = JsonNode.Parse(lines[2])!["$error"]!;
        Assert.Equal(
            ("tool_raised", 500, "2"),
            (problem["code"]!.GetValue<string>(), problem["status"]!.GetValue<int>(), problem["details"]!["items"]!.GetValue<string>()));
        Assert.Equal("LookupError", problem["python"]!["type"]!.GetValue<string>());
    }

    [Fact]
    public async Task Over_http_an_early_failure_has_its_status()
    {
        var wrong = await shared.Silo.PostAsync("v1/pools/default/tools/count/stream", """{"upto": 3}""");
        var unknown = await shared.Silo.PostAsync("v1/pools/nowhere/tools/count/stream", "{}");
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/pools/default/tools/sleep/stream")
        {
            Content = new StringContent("""{"seconds": 60}""", System.Text.Encoding.UTF8, "application/json"),
            Headers = { { "Snakepit-Timeout", "500ms" } },
        };
        using var late = await shared.Silo.Http.SendAsync(request);

        Assert.Equal((HttpStatusCode.BadRequest, "invalid_arguments"), (wrong.Status, wrong.Code));
        Assert.Equal((HttpStatusCode.NotFound, "pool_not_found"), (unknown.Status, unknown.Code));
        Assert.Equal(HttpStatusCode.GatewayTimeout, late.StatusCode);
    }

    [Fact]
    public async Task The_command_prints_every_item_and_fails_with_the_error()
    {
        var start = new ProcessStartInfo(Places.Snakepit, ["call", "break_off", "--stream", "--json", """{"after": 2}"""])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["SNAKEPIT_URL"] = shared.Silo.Url.ToString();
        using var command = Process.Start(start)!;
        var (output, errors) = (command.StandardOutput.ReadToEndAsync(), command.StandardError.ReadToEndAsync());
        await command.WaitForExitAsync().WithinAsync(Eventually.Limit);

        Assert.Equal((1, "0\n1\n"), (command.ExitCode, await output));
        Assert.Contains("LookupError: no more", await errors, StringComparison.Ordinal);
    }

    private static CancellationToken Limit() => new CancellationTokenSource(Eventually.Limit).Token;
}

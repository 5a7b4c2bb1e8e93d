using System.Diagnostics;
using System.Text.Json.Nodes;
using Snakepit.Launcher;
using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Cli;

public sealed class CommandTests(SharedSilo shared)
{
    private readonly SiloUnderTest _silo = shared.Silo;

    [Fact]
    public async Task Call_prints_the_result_and_says_where_it_ran()
    {
        var (code, output, errors) = await RunAsync("call", "add", "--json", """{"a": 1, "b": 2}""");

        Assert.Equal((0, "3\n"), (code, output));
        Assert.Contains($"worker default@{_silo.Name}#", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_of_a_tool_that_raises_prints_the_traceback_and_fails()
    {
        var (code, output, errors) = await RunAsync("call", "boom");

        Assert.Equal((1, ""), (code, output));
        Assert.Contains("raise ValueError(message)", errors, StringComparison.Ordinal);
        Assert.Contains("tool_raised", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_of_another_pool_goes_there()
    {
        var (code, _, errors) = await RunAsync("call", "add", "--pool", "broken");

        Assert.Equal(1, code);
        Assert.Contains("pool_failed", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_shows_every_worker()
    {
        var (code, output, _) = await RunAsync("status");

        Assert.Equal(0, code);
        foreach (var pid in await _silo.WorkerPidsAsync("default"))
            Assert.Contains($"{pid}", output, StringComparison.Ordinal);
        Assert.StartsWith("Pool: default (process)\nWorkers: 2\nQueued: ", output, StringComparison.Ordinal);
        Assert.Matches(@"Pool: broken \(process\)\nWorkers: 0\nQueued: 0\nRequests: [0-9]+\nErrors: [0-9]+\nState: Failed ", output);
    }

    [Fact]
    public async Task Status_as_json_is_the_status_document()
    {
        var (code, output, _) = await RunAsync("status", "--json");

        Assert.Equal(0, code);
        Assert.Equal(_silo.Name, JsonNode.Parse(output)!["silo"]!.GetValue<string>());
    }

    [Fact]
    public async Task Call_with_details_is_one_document_of_the_result_or_of_the_failure()
    {
        var (_, output, errors) = await RunAsync("call", "add", "--json", """{"a": 1, "b": 2}""", "--details");
        var (code, failed, _) = await RunAsync("call", "boom", "--details");

        var answer = JsonNode.Parse(output)!;
        Assert.Equal("", errors);
        Assert.Equal((3, _silo.Name), (answer["result"]!.GetValue<double>(), answer["silo"]!.GetValue<string>()));
        Assert.StartsWith($"default@{_silo.Name}#", answer["worker"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.True(answer["times"]!["totalMs"]!.GetValue<double>() >= answer["times"]!["pythonMs"]!.GetValue<double>(), output);
        var problem = JsonNode.Parse(failed)!;
        Assert.Equal(
            (1, "tool_raised", "Ran"), (code, problem["code"]!.GetValue<string>(), problem["outcome"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Bench_counts_calls_and_failures()
    {
        var (code, output, errors) = await RunAsync(
            "bench", "add", "--json", """{"a": 1, "b": 2}""", "--seconds", "1", "--callers", "2", "--details");
        var (failed, shown, _) = await RunAsync("bench", "boom", "--seconds", "1", "--callers", "1");
        var (refused, _, reason) = await RunAsync("bench", "ad");

        var report = JsonNode.Parse(output)!;
        Assert.Equal((0, ""), (code, errors));
        Assert.True(report["succeeded"]!.GetValue<long>() > 0, output);
        Assert.Equal(
            ["whole", "queue", "dispatch", "python", "return", "outside"],
            report["times"]!.AsArray().Select(time => time!["part"]!.GetValue<string>()));
        Assert.Equal(1, failed);
        Assert.Matches("boom of pool default, 1 caller: 0 calls in [^\n]*\nFailed: tool_raised [0-9]+\n", shown);
        Assert.Equal(1, refused);
        Assert.Contains("tool_not_found", reason, StringComparison.Ordinal);
    }

    /// <summary>A disk that is full, and an output that is closed.</summary>
    [Theory]
    [InlineData("status >/dev/full", "No space left on device")]
    [InlineData("call add --details >/dev/full", "No space left on device")]
    [InlineData("call add --json '{\"a\": 1, \"b\": 2}' >/dev/full", "No space left on device")]
    [InlineData("config schema >&-", "Bad file descriptor")]
    public async Task An_output_that_cannot_be_written_is_one_sentence(string line, string reason)
    {
        var start = new ProcessStartInfo("bash", ["-c", $"\"{Places.Snakepit}\" {line}"]) { RedirectStandardError = true };
        start.Environment["SNAKEPIT_URL"] = _silo.Url.ToString();
        using var process = Process.Start(start)!;
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WithinAsync(Eventually.Limit);

        Assert.Equal((1, $"snakepit: standard input or output cannot be used: {reason}\n"), (process.ExitCode, errors));
    }

    [Fact]
    public async Task A_silo_that_does_not_answer_is_one_line_and_an_exit_code()
    {
        var (code, _, errors) = await RunAsync("status", "--url", $"http://127.0.0.1:{FreePorts.Take()}");

        Assert.Equal(3, code);
        Assert.Contains("no silo answers", errors, StringComparison.Ordinal);
        Assert.Single(errors.TrimEnd().Split('\n'));
    }

    private async Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(Places.Snakepit, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["SNAKEPIT_URL"] = _silo.Url.ToString();
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WithinAsync(Eventually.Limit);
        return (process.ExitCode, await output, await errors);
    }
}

using System.Text.Json.Nodes;
using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Control;

/// <summary>The log of a silo as JSON, and its levels while it runs.</summary>
public sealed class LogLevelTests
{
    private static readonly Dictionary<string, string?> Json = new() { ["Logging__Console__FormatterName"] = "json" };

    [Fact]
    public async Task A_level_changes_while_the_silo_runs_and_each_line_is_json()
    {
        await using var silo = SiloUnderTest.Start([SiloUnderTest.Pool(size: 1)], environment: Json);
        await silo.UntilReadyAsync();
        Assert.DoesNotContain(Lines(silo), IsRequest);

        var (code, set, _) = await RunAsync("log-level", "Microsoft.AspNetCore.Hosting", "information", "--for", "1h", "--json");
        Assert.Equal((0, """{"levels":{"Microsoft.AspNetCore.Hosting":"Information"}}"""), (code, set.Trim()));
        await silo.SeeAsync(
            async () =>
            {
                await silo.TryGetAsync("health/live");
                return Lines(silo);
            },
            lines => lines.Any(IsRequest),
            "requests are in the log");

        Assert.Equal("Snakepit.Grains: Debug", (await RunAsync("log-level", "pool", "debug")).Output.Split('\n')[1]);
        Assert.Equal(0, (await RunAsync("log-level", "pool")).Code);
        Assert.Equal("Microsoft.AspNetCore.Hosting: Information\n", (await RunAsync("log-level")).Output);

        Assert.Equal(0, (await RunAsync("log-level", "worker", "debug")).Code);
        await silo.SeeAsync(
            async () =>
            {
                await silo.CallAsync("log", new { message = "of Python" });
                return Lines(silo);
            },
            lines => lines.Any(line => line["Message"]!.GetValue<string>().EndsWith("] of Python", StringComparison.Ordinal)),
            "what a tool has logged at level debug is in the log");

        var (wrong, _, said) = await RunAsync("log-level", "pool", "loud");
        Assert.Equal(1, wrong);
        Assert.Contains("level is 'loud'; known are Trace, Debug", said, StringComparison.Ordinal);
        Assert.Contains("Did you mean 'pool'?", (await RunAsync("log-level", "puul", "debug")).Errors, StringComparison.Ordinal);

        var words = (await RunAsync("log-level", "startup", "warning")).Output;
        var start = Assert.Single(Lines(silo), line => $"{line["Message"]}".Contains("Snakepit silo", StringComparison.Ordinal));
        Assert.Contains($"{start["Category"]}: Warning\n", words, StringComparison.Ordinal);

        Task<(int Code, string Output, string Errors)> RunAsync(params string[] words) =>
            SnakepitCommand.RunAsync([.. words, "--url", $"{silo.Url}"]);
    }

    private static JsonNode[] Lines(SiloUnderTest silo) =>
        [.. silo.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];

    private static bool IsRequest(JsonNode line) =>
        line["Category"]!.GetValue<string>() == "Microsoft.AspNetCore.Hosting.Diagnostics"
        && line["LogLevel"]!.GetValue<string>() == "Information";
}

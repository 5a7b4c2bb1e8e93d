using System.Diagnostics;
using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Streams;

/// <summary>A silo that is killed takes its streams with it; a silo of their own for tests that do it.</summary>
public sealed class StreamSiloDeathTests
{
    [Fact]
    public async Task The_command_says_in_one_line_that_the_silo_died_in_the_middle()
    {
        await using var silo = await SiloUnderTest.StartReadyAsync([StreamSilo.Pool("default", 1)]);
        var arguments = $$"""{"path": "{{Path.Combine(silo.Folder, "stream")}}", "seconds": 60}""";
        var start = new ProcessStartInfo(
            Places.Snakepit, ["call", "pause", "--stream", "--json", arguments, "--url", silo.Url.ToString()])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var command = Process.Start(start)!;
        Assert.Equal("\"before\"", await command.StandardOutput.ReadLineAsync().WithinAsync(Eventually.Limit));
        var errors = command.StandardError.ReadToEndAsync();

        HostProcess.Signal(silo.Pid, "KILL");

        await command.WaitForExitAsync().WithinAsync(Eventually.Limit);
        Assert.Equal(1, command.ExitCode);
        var line = Assert.Single((await errors).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith(
            $"snakepit: the silo at {silo.Url} was gone in the middle of the stream, after 1 item: ", line, StringComparison.Ordinal);
    }
}

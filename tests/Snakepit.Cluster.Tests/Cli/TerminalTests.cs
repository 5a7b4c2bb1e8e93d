using System.Diagnostics;
using System.Runtime.Versioning;
using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Cli;

/// <summary>Tools may say what they like; the terminal of the person who reads it does nothing of it.</summary>
[SupportedOSPlatform("linux")]
public sealed class TerminalTests
{
    /// <summary>Runs a program on a terminal of its own and passes on what that shows.</summary>
    private const string OnTerminal = "import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)";

    private const char Escape = '\u001b', C1Escape = '\u009b', Override = '\u202e';

    [Fact]
    public async Task What_tools_say_reaches_a_terminal_escaped_and_a_pipe_raw()
    {
        await using var silo = await SiloUnderTest.StartReadyAsync([SiloUnderTest.Pool("escaping.Escaping", size: 1)]);
        string[][] calls = [["say"], ["raw"], ["fail"], ["pages", "--stream"]];

        foreach (var call in calls)
        {
            string[] command = ["call", .. call, "--quiet", "--url", silo.Url.ToString()];

            var shown = await ShownAsync(command);
            var (_, output, errors) = await SnakepitCommand.RunAsync(command);

            Assert.Contains("\\u202eback", shown, StringComparison.Ordinal);
            Assert.False(shown.AsSpan().ContainsAny([Escape, C1Escape, Override]), shown);
            Assert.Contains($"{C1Escape}", output + errors, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_tools_print_is_escaped_in_the_log()
    {
        await using var silo = await SiloUnderTest.StartReadyAsync([SiloUnderTest.Pool("escaping.Escaping", size: 1)]);

        await silo.CallAsync("shout");

        await silo.SeesAsync("shouted \\u001b]0;owned\\u0007 \\u009b2J \\u202eback");
        Assert.DoesNotContain($"{C1Escape}", silo.Output, StringComparison.Ordinal);
    }

    private static async Task<string> ShownAsync(string[] command)
    {
        var start = new ProcessStartInfo("/usr/bin/python3", ["-c", OnTerminal, Places.Snakepit, .. command])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment["TERM"] = "dumb";
        using var process = Process.Start(start)!;
        var shown = process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync().WithinAsync(Eventually.Limit);
        return await shown;
    }
}

using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Snakepit.Launcher;
using Snakepit.TestKit;

namespace Snakepit.Hosting.Tests.Programs;

/// <summary>Waits for child processes have limits.</summary>
public sealed class ChildProgramTests
{
    /// <summary>The descendant inherits the output and says its process id there.</summary>
    [Fact, Trait("Speed", "Slow")]
    public async Task A_program_has_ended_also_when_a_descendant_keeps_its_output_open()
    {
        var program = Start("sleep 600 & echo $!; exit 3");

        Assert.Equal(3, await program.WaitForExitAsync(TimeSpan.FromSeconds(30)).WithinAsync(Eventually.Limit));
        await program.DisposeAsync().AsTask().WithinAsync(Eventually.Limit);

        Signals.Send(int.Parse(program.Output.Trim(), CultureInfo.InvariantCulture), Signals.Kill);
    }

    [Fact]
    public async Task The_output_of_a_program_that_has_ended_is_whole()
    {
        await using var program = Start("echo out; echo err >&2");

        await program.WaitForExitAsync(Eventually.Limit);

        Assert.Equal(["err", "out"], program.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order());
    }

    [Fact, Trait("Speed", "Slow")]
    public async Task A_server_that_takes_connections_and_does_not_answer_is_not_ready_in_time()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var http = new HttpClient();
        await using var program = Start("exec sleep 600");

        var ready = program.WaitUntilReadyAsync(http, new Uri($"http://{silent.LocalEndpoint}/"), TimeSpan.FromSeconds(1));
        var error = await Assert.ThrowsAsync<TimeoutException>(() => ready).WithinAsync(Eventually.Limit);

        Assert.Contains("no answer within", error.Message, StringComparison.Ordinal);
    }

    private static ChildProgram Start(string line) => ChildProgram.Start(new ProgramStart("the program", "sh", ["-c", line]));
}

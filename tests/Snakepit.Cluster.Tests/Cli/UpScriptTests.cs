using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Cli;

/// <summary>How <c>./snakepit up</c> stops, with two shells in the places of silo and web frontend.</summary>
public sealed class UpScriptTests : IDisposable
{
    /// <summary>Leaves at the second SIGTERM, as a silo does whose tool never ends.</summary>
    private const string Slow =
        """trap 'n=$((n + 1)); echo "$0 $n"; [ $n -lt 2 ] || exit 143' TERM; n=0; echo "$0 runs"; while :; do sleep 0.05; done""";

    private const string Deaf = """trap '' TERM; echo "$0 runs"; while :; do sleep 0.05; done""";

    private const string Willing = """trap 'echo "$0 1"; exit 0' TERM; echo "$0 runs"; while :; do sleep 0.05; done""";

    private readonly string _folder = Directory.CreateTempSubdirectory("snakepit-up-").FullName;

    private string Said => File.Exists(Path.Combine(_folder, "said")) ? File.ReadAllText(Path.Combine(_folder, "said")) : "";

    public void Dispose()
    {
        foreach (var left in HostProcess.Find(_folder))
            HostProcess.Signal(left, "KILL");
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("HUP")] // the terminal has been closed
    public async Task One_signal_stops_both_in_order(string signal)
    {
        using var script = Start(Willing, Willing);
        await Eventually.HoldsAsync(
            () => Said.Contains("silo runs", StringComparison.Ordinal) && Said.Contains("web runs", StringComparison.Ordinal));

        HostProcess.Signal(script.Id, signal);

        await script.WaitForExitAsync().WithinAsync(Eventually.Limit);
        Assert.Equal(0, script.ExitCode);
        Assert.Contains("silo 1", Said, StringComparison.Ordinal);
        Assert.Contains("web 1", Said, StringComparison.Ordinal);
        Assert.Matches(
            @"Stopping; Ctrl-C again leaves at once \.\.\.\s+Stopped\.", await File.ReadAllTextAsync(Path.Combine(_folder, "told")));
        Assert.Empty(HostProcess.Find(_folder));
    }

    [Fact]
    public async Task A_second_signal_is_passed_on_to_the_silo_and_kills_the_rest()
    {
        using var script = Start(Slow, Deaf);
        await Eventually.HoldsAsync(
            () => Said.Contains("silo runs", StringComparison.Ordinal) && Said.Contains("web runs", StringComparison.Ordinal));
        HostProcess.Signal(script.Id, "TERM");
        await Eventually.HoldsAsync(() => Said.Contains("silo 1", StringComparison.Ordinal));

        HostProcess.Signal(script.Id, "TERM");

        await script.WaitForExitAsync().WithinAsync(Eventually.Limit);
        Assert.Equal(130, script.ExitCode);
        Assert.Contains("silo 2", Said, StringComparison.Ordinal);
        Assert.Empty(HostProcess.Find(_folder));
    }

    [Fact]
    public async Task An_address_at_which_somebody_answers_already_is_one_clear_error()
    {
        await using var silo = await SiloUnderTest.StartReadyAsync([SiloUnderTest.Pool(size: 1)]);
        var start = new ProcessStartInfo(Path.Combine(Places.Root, "scripts", "up.sh")) { RedirectStandardError = true };
        start.Environment["SNAKEPIT_URL"] = silo.Url.ToString();

        using var script = Process.Start(start)!;

        var said = await script.StandardError.ReadToEndAsync().WithinAsync(Eventually.Limit);
        await script.WaitForExitAsync().WithinAsync(Eventually.Limit);
        Assert.Equal(1, script.ExitCode);
        Assert.Contains(
            $"somebody is at {silo.Url} already. Stop it, or name another address in SNAKEPIT_URL.", said, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await silo.CallAsync("pid")).Status);
    }

    [Fact]
    public async Task So_is_one_at_which_somebody_listens_and_says_nothing()
    {
        using var mute = new TcpListener(IPAddress.Loopback, 0); // as a silo that has been stopped by Ctrl-Z
        mute.Start();
        var start = new ProcessStartInfo(Path.Combine(Places.Root, "scripts", "up.sh")) { RedirectStandardError = true };
        start.Environment["SNAKEPIT_URL"] = $"http://{mute.LocalEndpoint}";

        using var script = Process.Start(start)!;

        var said = await script.StandardError.ReadToEndAsync().WithinAsync(Eventually.Limit);
        Assert.Contains($"somebody is at http://{mute.LocalEndpoint} already.", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_script_that_ends_by_a_mistake_of_its_own_leaves_nobody()
    {
        using var script = Start(Willing, Willing, "false");

        await script.WaitForExitAsync().WithinAsync(Eventually.Limit);

        Assert.Equal(1, script.ExitCode);
        Assert.Empty(HostProcess.Find(_folder));
    }

    private Process Start(string silo, string web, string then = "attend")
    {
        var scripts = Path.Combine(Places.Root, "scripts");
        // The tests may run where these are ignored (nohup, a background job), and a shell cannot trap what it inherits so.
        return Process.Start("env", ["--default-signal=HUP,INT", "bash", "-euc", $"""
            here={Places.Root}
            source {scripts}/common.sh
            source {scripts}/stopping.sh
            exec 2>{_folder}/told >{_folder}/said
            setsid bash -c '{silo.Replace("'", "'\\''", StringComparison.Ordinal)}' silo {_folder} &
            silo_pids=$!
            setsid bash -c '{web.Replace("'", "'\\''", StringComparison.Ordinal)}' web {_folder} &
            web_pids=$!
            {then}
            """]);
    }
}

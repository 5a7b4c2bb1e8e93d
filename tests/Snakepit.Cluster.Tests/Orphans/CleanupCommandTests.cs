using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Orphans;

public sealed class CleanupCommandTests : IDisposable
{
    private readonly Leftovers _left = new();

    public void Dispose() => _left.Dispose();

    [Fact]
    public async Task With_nothing_to_do_it_says_ok()
    {
        var (code, output, errors) = await CleanAsync();

        Assert.Equal((0, "ok\n", ""), (code, output, errors));
    }

    [Fact]
    public async Task It_kills_what_a_killed_silo_has_left_and_says_whom()
    {
        var child = await _left.MakeAsync();

        var (code, output, _) = await CleanAsync("--json");

        var report = JsonNode.Parse(output)!;
        Assert.Equal(0, code);
        Assert.False(HostProcess.IsAlive(child));
        Assert.Equal(child, report["killed"]!.AsArray().Single()!["pid"]!.GetValue<int>());
        Assert.Empty(report["kept"]!.AsArray());
        Assert.Empty(report["remaining"]!.AsArray());
    }

    [Fact]
    public async Task It_leaves_the_workers_of_a_living_silo_alone_and_says_so()
    {
        await using var silo = await _left.StartAsync(2);
        var workers = await silo.WorkerPidsAsync();

        var (code, output, errors) = await CleanAsync("--config", Path.Combine(silo.Folder, "snakepit.json"));

        Assert.Equal((0, "ok\n"), (code, output));
        Assert.Contains($"process {silo.Pid}", errors, StringComparison.Ordinal);
        Assert.Equal(workers, await silo.WorkerPidsAsync());
        Assert.All(workers, worker => Assert.True(HostProcess.IsAlive(worker)));
    }

    [Fact]
    public async Task It_names_those_that_do_not_go_and_fails()
    {
        using var holder = Process.Start(new ProcessStartInfo(
            "python3",
            [
                Path.Combine(Places.Adapters, "held_child.py"),
                $"SNAKEPIT_INSTANCE_NAME={_left.InstanceName}", "SNAKEPIT_INSTANCE_TOKEN=default",
                "SNAKEPIT_RUN_ID=old", $"SNAKEPIT_SILO_PID={int.MaxValue}", "SNAKEPIT_SILO_STARTED=1", "--", "sleep", "1000",
            ])
        { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        var held = int.Parse((await holder.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture);

        var (code, output, errors) = await CleanAsync();
        var (_, json, _) = await CleanAsync("--json");

        Assert.Equal((1, $"did not go: {held}\n"), (code, output));
        Assert.Contains($"Process {held} did not end, not even by SIGKILL", errors, StringComparison.Ordinal);
        Assert.Equal(held, JsonNode.Parse(json)!["remaining"]!.AsArray().Single()!.GetValue<int>());
        holder.StandardInput.Close();
        await holder.WaitForExitAsync().WithinAsync(Eventually.Limit);
        Assert.False(HostProcess.IsAlive(held));
    }

    private Task<(int Code, string Output, string Errors)> CleanAsync(params string[] arguments) =>
        SnakepitCommand.RunAsync(["cleanup", .. arguments, .. _left.Identity.Select(setting => $"--Snakepit:{setting}")]);
}

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

    private Task<(int Code, string Output, string Errors)> CleanAsync(params string[] arguments) =>
        SnakepitCommand.RunAsync(["cleanup", .. arguments, .. _left.Identity.Select(setting => $"--Snakepit:{setting}")]);
}

using System.Globalization;
using Microsoft.Extensions.Configuration;
using Snakepit.Errors;
using Snakepit.Hosting.Scripts;
using Snakepit.TestKit;

namespace Snakepit.Hosting.Tests.Scripts;

/// <summary>Scripts with silos and workers of their own, in this process.</summary>
public sealed class ScriptTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Two_scripts_at_once_have_workers_of_their_own_and_leave_nothing()
    {
        var together = new TaskCompletionSource();
        var (arrived, ports) = (0, Array.Empty<string>());
        var scripts = Enumerable.Range(0, 2).Select(number => SnakepitScript.RunAsync(
            async python =>
            {
                var pid = await python.ExecuteAsync<int>("pid");
                if (Interlocked.Increment(ref arrived) == 2)
                {
                    ports = OpenPorts();
                    together.SetResult();
                }

                await together.Task.WithinAsync(Limit, "the other script");
                var alive = HostProcess.WorkersWith(Places.Adapters).Contains(pid);
                return (pid, alive, sum: await python.ExecuteAsync<int>("add", new { a = number, b = 1 }));
            },
            Options())).ToList();

        var seen = await Task.WhenAll(scripts).WithinAsync(Limit);

        Assert.Equal([1, 2], seen.Select(script => script.sum));
        Assert.All(seen, script => Assert.True(script.alive));
        Assert.NotEqual(seen[0].pid, seen[1].pid);
        Assert.DoesNotContain(ports, port => port.EndsWith(":2B67", StringComparison.Ordinal)); // 11111, where both silos would listen
        Assert.All(seen, script => Assert.False(HostProcess.IsAlive(script.pid)));
        Assert.Empty(Directory.GetDirectories(Path.GetTempPath(), $"snakepit-script-{Environment.ProcessId}-*"));
    }

    [Fact]
    public async Task What_a_script_throws_is_thrown_again_after_the_end_of_its_silo()
    {
        var pid = 0;

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => SnakepitScript.RunAsync(
            async python =>
            {
                pid = await python.ExecuteAsync<int>("pid");
                throw new InvalidOperationException("the script's own");
            },
            Options()).WithinAsync(Limit));

        Assert.Equal("the script's own", error.Message);
        Assert.False(HostProcess.IsAlive(pid));
    }

    [Fact]
    public async Task A_script_whose_adapter_cannot_start_says_why_and_does_not_run()
    {
        var options = Options() with { AdapterModule = "broken_import.Adapter" };

        var error = await Assert.ThrowsAsync<SnakepitException>(() => SnakepitScript.RunAsync(
            _ => throw new InvalidOperationException("it ran"), options).WithinAsync(Limit));

        Assert.Contains("default", error.Message, StringComparison.Ordinal);
        Assert.Equal(SnakepitErrorCode.PoolFailed, error.Code);
    }

    /// <summary>Under a configuration that is meant for the silos of a cluster: its database is none of a script's affair.</summary>
    private static ScriptOptions Options() => new()
    {
        AdapterModule = "basic.Basic",
        PythonPath = [Places.Adapters],
        Timeout = TimeSpan.FromSeconds(40),
        Configure = builder => builder.Configuration.AddInMemoryCollection(
            [KeyValuePair.Create<string, string?>("Snakepit:Cluster:Provider", "Postgres")]),
    };

    /// <summary>Local addresses at which this process listens (proc(5): state 0A, the inode is the tenth word).</summary>
    private static string[] OpenPorts()
    {
        var sockets = Directory.GetFiles("/proc/self/fd")
            .Select(file => new FileInfo(file).LinkTarget)
            .Where(target => target?.StartsWith("socket:[", StringComparison.Ordinal) == true)
            .Select(target => target![8..^1])
            .ToHashSet();
        return
        [
            .. File.ReadLines("/proc/self/net/tcp").Concat(File.ReadLines("/proc/self/net/tcp6"))
                .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Where(words => words[3] == "0A" && sockets.Contains(words[9]))
                .Select(words => words[1].ToString(CultureInfo.InvariantCulture)),
        ];
    }
}

using System.Text.Json.Nodes;

namespace Snakepit.TestKit.Clusters;

/// <summary>Silo processes that find each other in a database of their own. Nothing of them is left after disposal.</summary>
public sealed class ClusterUnderTest : IAsyncDisposable
{
    /// <summary>For silos to start or leave on a busy host, and for the others to notice.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly object[] _pools;
    private readonly string[] _settings;
    private readonly NetworkHosts? _hosts;
    private readonly List<SiloUnderTest> _silos = [];

    private ClusterUnderTest(PostgresServer server, string database, object[] pools, string[] settings, NetworkHosts? hosts)
    {
        _hosts = hosts;
        Server = server;
        Database = database;
        _pools = pools;
        _settings = settings;
    }

    public PostgresServer Server { get; }

    public string Database { get; }

    public string ClusterId => Database;

    public string ConnectionString => Server.ConnectionString(Database);

    /// <summary>The silos in the order of their start; a restarted one keeps its place.</summary>
    public IReadOnlyList<SiloUnderTest> Silos => _silos;

    /// <summary>Starts silos on a new database and waits until each sees all of them with all their workers.</summary>
    public static Task<ClusterUnderTest> StartAsync(PostgresServer server, int silos, object[]? pools = null, params string[] settings) =>
        StartAsync(server, silos, hosts: null, pools, settings);

    /// <summary>The same with each silo on a host of its own.</summary>
    public static async Task<ClusterUnderTest> StartAsync(
        PostgresServer server, int silos, NetworkHosts? hosts, object[]? pools = null, params string[] settings)
    {
        var cluster = new ClusterUnderTest(
            server, await server.CreateDatabaseAsync(), pools ?? [SiloUnderTest.Pool(size: 1)], settings, hosts);
        try
        {
            for (var i = 0; i < silos; i++)
                cluster.Add();
            await cluster.UntilAllSeeAsync(silos);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts one more silo; waits for nothing.</summary>
    /// <param name="settings">Options of this silo beside those of all.</param>
    public SiloUnderTest Add(params string[] settings) => AddOf(Places.Snakepit, settings);

    /// <summary>The same with another program.</summary>
    public SiloUnderTest AddOf(string program, params string[] settings)
    {
        var seat = _hosts?.Seat(_silos.Count) ?? SiloSeat.Take();
        var silo = Start(seat with { Program = program }, settings);
        _silos.Add(silo);
        return silo;
    }

    /// <summary>Starts a silo that has ended, under its old name and ports; waits for nothing.</summary>
    /// <param name="index">Its place.</param>
    /// <param name="program">Another program than before.</param>
    public async Task<SiloUnderTest> RestartAsync(int index, string? program = null)
    {
        var old = _silos[index];
        if (!old.HasExited)
            throw new InvalidOperationException($"Silo {old.Name} runs.");
        await old.DisposeAsync();
        return _silos[index] = Start(old.Seat with { Program = program ?? old.Seat.Program });
    }

    /// <summary>Kills a silo without a word and waits until its process is gone.</summary>
    public async Task KillAsync(int index)
    {
        _silos[index].Kill();
        await _silos[index].ExitAsync();
    }

    /// <summary>Tells a silo to leave in order and waits until its process is gone.</summary>
    public async Task StopAsync(int index)
    {
        HostProcess.Signal(_silos[index].Pid, "TERM");
        await _silos[index].ExitAsync(Limit);
    }

    /// <summary>Stops a silo's process where it stands; its connections stay open. Its workers go on.</summary>
    public void Pause(int index) => HostProcess.Signal(_silos[index].Pid, "STOP");

    public void Resume(int index) => HostProcess.Signal(_silos[index].Pid, "CONT");

    /// <summary>Waits until every silo that runs sees this many shards of the pool, all of them ready.</summary>
    public async Task UntilAllSeeAsync(int count, string pool = "default", TimeSpan? limit = null)
    {
        foreach (var silo in _silos.Where(silo => !silo.HasExited))
        {
            try
            {
                await Eventually.SeeAsync(
                    async () => await silo.TryGetAsync("health/live") is null ? "" : await ReadyShardsAsync(silo, pool),
                    shards => shards.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length == count,
                    limit ?? Limit,
                    $"{silo.Name} sees {count} ready shards");
            }
            catch (TimeoutException error)
            {
                throw new TimeoutException($"{error.Message}\n{string.Join('\n', _silos.Select(Story))}");
            }
        }
    }

    /// <summary>The silos that the database calls active.</summary>
    public async Task<string[]> ActiveSilosAsync()
    {
        var names = await Server.SqlAsync(
            Database, $"SELECT SiloName FROM OrleansMembershipTable WHERE DeploymentId = '{ClusterId}' AND Status = 3 ORDER BY SiloName");
        return names.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>Worker processes of a silo that live on this host, whatever the silo says.</summary>
    public IReadOnlyList<int> WorkerProcesses(int index) => HostProcess.Workers(_silos[index].Name);

    /// <summary>Connects a client outside of the cluster to the gateways of these silos; without any, to all.</summary>
    public Task<ClusterClient> ConnectAsync(params int[] gateways)
    {
        var silos = gateways.Length == 0 ? _silos : gateways.Select(index => _silos[index]);
        return ClusterClient.ConnectAsync(ClusterId, silos.Select(silo => silo.GatewayPort));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var silo in _silos.Where(silo => !silo.HasExited))
            HostProcess.Signal(silo.Pid, "CONT");
        // Together: each one drains for a while.
        await Task.WhenAll(_silos.Select(silo => silo.DisposeAsync().AsTask()));
        foreach (var silo in _silos)
            await Places.DeleteAsync(silo.Folder);
    }

    private static string Story(SiloUnderTest silo) =>
        $"--- {silo.Name}, {(silo.HasExited ? $"ended with code {silo.ExitCode}" : "running")} ---\n{silo.Output}";

    private static async Task<string> ReadyShardsAsync(SiloUnderTest silo, string pool)
    {
        using var response = await silo.Http.GetAsync(new Uri("v1/status", UriKind.Relative));
        if (!response.IsSuccessStatusCode)
            return "";
        var pools = JsonNode.Parse(await response.Content.ReadAsStringAsync())!["pools"]!.AsArray();
        return string.Join(
            ' ',
            from entry in pools
            where entry!["name"]!.GetValue<string>() == pool
            from shard in entry["shards"]!.AsArray()
            where shard!["state"]!.GetValue<string>() == "Ready"
            select shard["silo"]!.GetValue<string>());
    }

    private SiloUnderTest Start(SiloSeat seat, params string[] settings) => SiloUnderTest.Start(
        _pools,
        [.. _settings, .. settings],
        cluster: new Dictionary<string, object>
        {
            ["Provider"] = "postgres",
            ["ConnectionString"] = ConnectionString,
            ["InitializeDatabase"] = true,
            ["ClusterId"] = ClusterId,
        },
        seat: seat);
}

using System.Net.NetworkInformation;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Orleans.Serialization;
using Snakepit.Client;
using Snakepit.Core.Ports;
using Snakepit.Hosting;
using Snakepit.Hosting.Failures;
using Snakepit.Launcher;
using Snakepit.Pools;

namespace Snakepit.Bench;

/// <summary>Many silos and frontends in this process, whole but for their Python workers, around one real database.</summary>
internal sealed class SiloCrowd(string connection, ClusterMeter meter) : IAsyncDisposable
{
    public static readonly string[] Pools = ["first", "second"];

    /// <summary>Of each silo. With the default of 8, a hundred silos on one machine leave their database no time to let them in.</summary>
    public const int DatabaseConnections = 2;

    private const int Workers = 2, MostTries = 10;
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(120);

    private readonly string _folder = Directory.CreateTempSubdirectory("snakepit-bench-").FullName;
    private readonly List<IHost> _silos = [];
    private readonly List<IHost> _frontends = [];
    private readonly HashSet<int> _siloPorts = [];
    private readonly HashSet<int> _gatewayPorts = [];

    public IReadOnlyList<ISnakepitClient> Clients =>
        [.. _frontends.Select(host => host.Services.GetRequiredService<ISnakepitClient>())];

    public async Task GrowAsync(int silos, CancellationToken cancellationToken)
    {
        while (_silos.Count < silos)
        {
            _silos.Add(await StartAsync(_silos.Count, tries: 0, cancellationToken));
            if (_silos.Count % 10 == 0)
                await Console.Error.WriteLineAsync($"{_silos.Count} of {silos} silos run");
        }
    }

    /// <summary>
    /// Silos start one after the other: each that joins makes all others read their reminders anew. One that finds the database busy for
    /// too long gives up its start, and is started again as a process manager would.
    /// </summary>
    private async Task<IHost> StartAsync(int number, int tries, CancellationToken cancellationToken)
    {
        var host = Silo(number);
        try
        {
            await host.StartAsync(cancellationToken);
            return host;
        }
        catch (StartupException error) when (tries < MostTries)
        {
            await Console.Error.WriteLineAsync(error.Message);
            host.Dispose();
        }

        return await StartAsync(number, tries + 1, cancellationToken);
    }

    public async Task ConnectAsync(int frontends, CancellationToken cancellationToken)
    {
        while (_frontends.Count < frontends)
        {
            var host = Frontend();
            _frontends.Add(host);
            await host.StartAsync(cancellationToken);
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ReadyLimit);
        foreach (var client in Clients)
        {
            foreach (var pool in Pools)
            {
                while ((await client.GetPoolStatusAsync(pool, limit.Token)).Shards.Count(shard => shard.State == PoolState.Ready)
                    < _silos.Count)
                    await Task.Delay(TimeSpan.FromSeconds(1), limit.Token);
            }
        }
    }

    /// <summary>The last frontend leaves.</summary>
    public Task EndFrontendAsync()
    {
        var last = _frontends[^1];
        _frontends.Remove(last);
        return EndAsync(last);
    }

    /// <summary>Open connections between silos, from frontends to silos, and to the database.</summary>
    public (int Silos, int Gateways, int Database) Connections()
    {
        var database = new NpgsqlConnectionStringBuilder(connection).Port;
        var open = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpConnections()
            .Where(tcp => tcp.State == TcpState.Established)
            .Select(tcp => tcp.RemoteEndPoint.Port)
            .ToList();
        return (open.Count(_siloPorts.Contains), open.Count(_gatewayPorts.Contains), open.Count(port => port == database));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _frontends)
            await EndAsync(host);
        await Task.WhenAll(_silos.Select(EndAsync));
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task EndAsync(IHost host)
    {
        await host.StopAsync();
        host.Dispose();
    }

    private IHost Silo(int number)
    {
        var (silo, gateway) = (FreePorts.Take(), FreePorts.Take());
        _siloPorts.Add(silo);
        _gatewayPorts.Add(gateway);
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(
        [
            new("Snakepit:DataDir", Path.Combine(_folder, $"{number}")),
            new("Snakepit:InstanceToken", $"bench-{silo}"),
            new("Snakepit:ShutdownDelay", "0s"),
            new("Snakepit:Cluster:Provider", "postgres"),
            new("Snakepit:Cluster:ConnectionString", $"{connection};Application Name=silo-{number}"),
            new("Snakepit:Cluster:InitializeDatabase", "true"),
            new("Snakepit:Cluster:DatabaseConnections", $"{DatabaseConnections}"),
            new("Snakepit:Cluster:SiloPort", $"{silo}"),
            new("Snakepit:Cluster:GatewayPort", $"{gateway}"),
            new("Snakepit:Cluster:SiloName", $"silo-{number:000}"),
        ]);
        builder.AddSnakepitSilo(own =>
        {
            foreach (var pool in Pools)
                own.AddPool(pool, options => (options.AdapterModule, options.PoolSize) = ("none", Workers));
            own.Services.AddSingleton<IIncomingGrainCallFilter>(services =>
                new Filter(meter, services.GetRequiredService<Serializer>()));
        });
        builder.Services.AddSingleton<IWorkerHost, FakeWorkers>(); // the last one counts
        return builder.Build();
    }

    private IHost Frontend()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection([new("Snakepit:Client:ConnectionString", $"{connection};Application Name=frontend")]);
        builder.AddSnakepitClient();
        return builder.Build();
    }

    /// <summary>Shows the meter every call to a grain of its silo.</summary>
    private sealed class Filter(ClusterMeter meter, Serializer serializer) : IIncomingGrainCallFilter
    {
        public Task Invoke(IIncomingGrainCallContext context) => meter.SeeAsync(context, serializer);
    }
}

using Snakepit.TestKit.Clusters;

[assembly: AssemblyFixture(typeof(Snakepit.Cluster.Tests.Silos.SharedPostgres))]

namespace Snakepit.Cluster.Tests.Silos;

/// <summary>
/// One PostgreSQL server for all tests that do not stop it. The first test that asks for it starts it. Each test has its own database.
/// </summary>
public sealed class SharedPostgres : IAsyncLifetime
{
    private readonly Lazy<Task<PostgresServer>> _server = new(() => PostgresServer.StartNewAsync());

    public Task<PostgresServer> ServerAsync() => _server.Value;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_server.IsValueCreated)
            await (await _server.Value).DisposeAsync();
    }
}

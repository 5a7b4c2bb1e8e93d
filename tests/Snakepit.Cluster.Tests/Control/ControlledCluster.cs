using Snakepit.Cluster.Tests.Silos;
using Snakepit.TestKit;
using Snakepit.TestKit.Clusters;

namespace Snakepit.Cluster.Tests.Control;

/// <summary>Classes of tests that share it run one after the other.</summary>
[CollectionDefinition(nameof(ControlledCluster))]
public sealed class ControlledClusterTests : ICollectionFixture<ControlledCluster>;

/// <summary>Two silos with one pool in common; the second has another one, of which the first one's configuration knows nothing.</summary>
public sealed class ControlledCluster(SharedPostgres postgres) : IAsyncLifetime
{
    public const string Extra = "extra";

    private ClusterUnderTest _cluster = null!;

    public SiloUnderTest First => _cluster.Silos[0];

    public SiloUnderTest Second => _cluster.Silos[1];

    public async ValueTask InitializeAsync()
    {
        _cluster = await ClusterUnderTest.StartAsync(await postgres.ServerAsync(), silos: 1);
        _cluster.Add(
            $"Pools:1:Name={Extra}", "Pools:1:PoolSize=2", "Pools:1:AdapterModule=basic.Basic", $"Pools:1:PythonPath:0={Places.Adapters}");
        await _cluster.UntilAllSeeAsync(2);
        await Second.UntilReadyAsync();
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();
}

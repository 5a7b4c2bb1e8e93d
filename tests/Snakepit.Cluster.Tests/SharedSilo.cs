using Snakepit.TestKit;
using Snakepit.TestKit.Clusters;

[assembly: AssemblyFixture(typeof(Snakepit.Cluster.Tests.SharedSilo))]

namespace Snakepit.Cluster.Tests;

/// <summary>One silo for all tests that leave it as they found it: a pool that serves and one that cannot.</summary>
public sealed class SharedSilo : IAsyncLifetime
{
    public SiloUnderTest Silo { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        object[] pools = [SiloUnderTest.Pool(), SiloUnderTest.Pool("broken_import", name: "broken")];
        // With that grace a tool that one test gives up ends by itself; a killed worker would change what another test sees.
        Silo = SiloUnderTest.Start(pools, ["MaxRequestBytes=100000", "CancelGrace=20s"]);
        await Silo.SeeAsync(
            async () => await Silo.TryGetAsync("health/ready") == System.Net.HttpStatusCode.OK ? await Silo.StatusAsync() : null,
            status => status is not null
                && SiloUnderTest.Workers(status, "default").Count(worker => worker["state"]!.GetValue<string>() == "Ready") == 2,
            "both workers of the pool that serves are ready",
            ClusterUnderTest.Limit); // all tests of the program fail with it, so it gets the time that a busy host needs
    }

    public async ValueTask DisposeAsync() => await Silo.DisposeAsync();
}

using System.Net;
using System.Net.Sockets;
using Snakepit.TestKit;
using Snakepit.TestKit.Clusters;

namespace Snakepit.Cluster.Tests.Silos;

[Collection(nameof(ClusterUnderTest))] // one cluster at a time: each is several processes
public sealed class AddressTests(SharedPostgres postgres)
{
    [Fact]
    public async Task A_silo_that_listens_at_all_addresses_warns_aloud_and_advertises_one_that_others_can_reach()
    {
        var address = AddressOfThisHost();
        Assert.SkipWhen(address is null, "This host has no address besides its loopback.");
        var server = await postgres.ServerAsync();
        await using var cluster = await ClusterUnderTest.StartAsync(
            server, silos: 2, pools: null, "Cluster:ListenAddress=0.0.0.0", "Cluster:AllowInsecure=true");

        var advertised = await server.SqlAsync(cluster.Database, "SELECT DISTINCT Address FROM OrleansMembershipTable");

        Assert.Equal(address, advertised);
        await cluster.Silos[0].SeesAsync(
            $"ANYBODY WHO REACHES PORT {cluster.Silos[0].SiloPort} OR {cluster.Silos[0].GatewayPort} AT 0.0.0.0 CAN RUN TOOLS");
    }

    [Fact]
    public async Task The_advertised_address_may_be_another_one()
    {
        var server = await postgres.ServerAsync();
        await using var cluster = await ClusterUnderTest.StartAsync(
            server, silos: 1, pools: null,
            "Cluster:ListenAddress=0.0.0.0", "Cluster:AllowInsecure=true", "Cluster:AdvertisedAddress=127.0.0.1");

        Assert.Equal("127.0.0.1", await server.SqlAsync(cluster.Database, "SELECT Address FROM OrleansMembershipTable"));
    }

    [Fact]
    public async Task An_address_that_the_host_does_not_have_is_one_clear_error()
    {
        await using var silo = SiloUnderTest.Start(
            [SiloUnderTest.Pool()], ["Cluster:ListenAddress=198.51.100.1", "Cluster:AllowInsecure=true"]);

        Assert.Equal(2, await silo.ExitAsync());
        Assert.Contains("This host has no address 198.51.100.1", silo.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silo_on_loopback_does_not_warn_and_a_primary_silo_says_what_it_is_for()
    {
        await using var first = await SiloUnderTest.StartReadyAsync([SiloUnderTest.Pool(size: 1)]);
        await using var second = await SiloUnderTest.StartReadyAsync(
            [SiloUnderTest.Pool(size: 1)], $"Cluster:PrimarySilo=127.0.0.1:{first.SiloPort}");

        Assert.DoesNotContain("CAN RUN TOOLS", first.Output + second.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("PrimarySilo", first.Output, StringComparison.Ordinal);
        await second.SeesAsync("Cluster:PrimarySilo is for experiments on one machine");
    }

    /// <summary>Where a packet to elsewhere would leave; nothing is sent.</summary>
    private static string? AddressOfThisHost()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            socket.Connect(IPAddress.Parse("198.51.100.1"), 9);
            return ((IPEndPoint)socket.LocalEndPoint!).Address.ToString();
        }
        catch (SocketException)
        {
            return null;
        }
    }
}

using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Snakepit.Core.Options;
using Snakepit.Hosting.Failures;

namespace Snakepit.Hosting.Clustering;

/// <summary>Addresses and ports of a silo.</summary>
/// <param name="Listen">Where its two ports are bound.</param>
/// <param name="Advertised">What the others are told.</param>
/// <param name="SiloPort">For other silos.</param>
/// <param name="GatewayPort">For clients.</param>
internal sealed record SiloEndpoints(IPAddress Listen, IPAddress Advertised, int SiloPort, int GatewayPort)
{
    /// <exception cref="StartupException">A port is taken, or the host has no address to advertise.</exception>
    public static SiloEndpoints Choose(ClusterOptions cluster)
    {
        var listen = IPAddress.Parse(cluster.ListenAddress);
        var advertised = cluster.AdvertisedAddress is { } text ? IPAddress.Parse(text)
            : IsAny(listen) ? OfThisHost(listen.AddressFamily)
            : listen;
        var (silo, gateway) = SiloPorts.Choose(cluster.SiloPort, cluster.GatewayPort, listen);
        return new SiloEndpoints(listen, advertised, silo, gateway);
    }

    private static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    /// <summary>Networks with a gateway come first: networks of containers and virtual machines on this host have none.</summary>
    private static IPAddress OfThisHost(AddressFamily family) =>
        NetworkInterface.GetAllNetworkInterfaces()
            .Where(candidate => candidate.OperationalStatus == OperationalStatus.Up)
            .Where(candidate => candidate.NetworkInterfaceType != NetworkInterfaceType.Loopback)
            .Select(candidate => candidate.GetIPProperties())
            .OrderByDescending(candidate => candidate.GatewayAddresses.Count > 0)
            .SelectMany(candidate => candidate.UnicastAddresses)
            .Select(candidate => candidate.Address)
            .FirstOrDefault(address => address.AddressFamily == family && !IPAddress.IsLoopback(address) && !address.IsIPv6LinkLocal)
        ?? throw new StartupException(
            "This host has no address besides its loopback for others to reach it at: name one in Snakepit:Cluster:AdvertisedAddress.");
}

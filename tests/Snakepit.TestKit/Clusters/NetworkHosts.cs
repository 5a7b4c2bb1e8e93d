using System.Diagnostics;

namespace Snakepit.TestKit.Clusters;

/// <summary>
/// Network namespaces that stand for hosts, on a bridge with this one, which can be cut off and joined again. Needs root, and the programs
/// ip and nsenter. Nothing of it is left after disposal.
/// </summary>
public sealed class NetworkHosts : IAsyncDisposable
{
    private readonly string _bridge = $"spb{Environment.ProcessId}";
    private readonly string _network = $"10.213.{Environment.ProcessId % 250}";
    private readonly int _count;

    private NetworkHosts(int count) => _count = count;

    /// <summary>The address of this host on the bridge.</summary>
    public string OwnAddress => $"{_network}.1";

    /// <summary>Makes the hosts; null on a machine that does not let us.</summary>
    public static async Task<NetworkHosts?> TryStartAsync(int count)
    {
        if (!await MayMakeAsync())
            return null;
        var hosts = new NetworkHosts(count);
        try
        {
            await IpAsync($"link add {hosts._bridge} type bridge");
            await IpAsync($"addr add {hosts.OwnAddress}/24 dev {hosts._bridge}");
            await IpAsync($"link set {hosts._bridge} up");
            for (var index = 0; index < count; index++)
                await hosts.AddAsync(index);
            return hosts;
        }
        catch
        {
            await hosts.DisposeAsync();
            throw;
        }
    }

    /// <summary>A seat for a silo on a host.</summary>
    public SiloSeat Seat(int host) => SiloSeat.Take() with
    {
        Address = $"{_network}.{host + 2}",
        Shell = $"exec nsenter --net=/run/netns/{Space(host)} \"$@\"",
    };

    /// <summary>Nothing passes between this host and the others any more; nobody is told.</summary>
    public Task CutAsync(int host) => IpAsync($"link set {Cable(host)} down");

    /// <summary>Joins a host again that was cut off.</summary>
    public Task HealAsync(int host) => IpAsync($"link set {Cable(host)} up");

    public async ValueTask DisposeAsync()
    {
        for (var index = 0; index < _count; index++)
            await RunAsync("ip", $"netns del {Space(index)}"); // its cable goes with it
        await RunAsync("ip", $"link del {_bridge}");
    }

    private string Space(int host) => $"{_bridge}h{host}";

    private string Cable(int host) => $"{_bridge}c{host}";

    private async Task AddAsync(int host)
    {
        var (space, cable) = (Space(host), Cable(host));
        await IpAsync($"netns add {space}");
        await IpAsync($"link add {cable} type veth peer name eth0 netns {space}");
        await IpAsync($"link set {cable} master {_bridge} up");
        await IpAsync($"-n {space} addr add {_network}.{host + 2}/24 dev eth0");
        await IpAsync($"-n {space} link set eth0 up");
        await IpAsync($"-n {space} link set lo up");
    }

    private static async Task<bool> MayMakeAsync()
    {
        var probe = $"spb{Environment.ProcessId}probe";
        try
        {
            if ((await RunAsync("ip", $"netns add {probe}")).Code != 0)
                return false;
        }
        catch (System.ComponentModel.Win32Exception) // there is no such program
        {
            return false;
        }

        await IpAsync($"netns del {probe}");
        return true;
    }

    private static async Task IpAsync(string arguments)
    {
        var (code, errors) = await RunAsync("ip", arguments);
        if (code != 0)
            throw new InvalidOperationException($"'ip {arguments}' ended with code {code}: {errors}");
    }

    private static async Task<(int Code, string Errors)> RunAsync(string program, string arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WithinAsync(Eventually.Limit);
        return (process.ExitCode, errors);
    }
}

using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Snakepit.Client.Connections;

/// <summary>
/// Gateways by the names of their hosts. Each read resolves the names again, so that a silo that moves is found, and takes all addresses
/// of a name, as a headless service of Kubernetes has them. A name that cannot be resolved keeps the addresses that it had.
/// </summary>
internal sealed class NamedGateways(
    IReadOnlyList<GatewayName> names,
    Func<string, CancellationToken, Task<IPAddress[]>> resolve,
    TimeProvider time,
    ILogger logger) : IGatewaySource
{
    /// <summary>
    /// How long all names together may take. A resolver that hangs must not hold up the refresh of the others for longer.
    /// </summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(4);

    private readonly Dictionary<string, IPAddress[]> _known = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _failing = new(StringComparer.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<IPEndPoint>> ReadAsync()
    {
        var hosts = names.Select(name => name.Host).Distinct(StringComparer.OrdinalIgnoreCase).ToArray();
        var failures = await Task.WhenAll(hosts.Select(ResolveAsync)).ConfigureAwait(false);
        for (var i = 0; i < hosts.Length; i++)
            Note(hosts[i], failures[i].Found, failures[i].Reason);
        var found = names
            .SelectMany(name => _known.GetValueOrDefault(name.Host, []).Select(address => new IPEndPoint(address, name.Port)))
            .Distinct()
            .ToArray();
        return found.Length > 0
            ? found
            : throw new InvalidOperationException(string.Join("; ", hosts.Zip(failures, (host, failure) => $"{host}: {failure.Reason}")));
    }

    private async Task<(IPAddress[] Found, string? Reason)> ResolveAsync(string host)
    {
        if (IPAddress.TryParse(host, out var address))
            return ([address], null);
        using var stop = new CancellationTokenSource(Limit, time);
        try
        {
            // The system's resolver cannot always be cancelled, so the wait is limited as well.
            var found = await resolve(host, stop.Token).WaitAsync(stop.Token).ConfigureAwait(false);
            return found.Length > 0 ? (found, null) : ([], "the name has no address");
        }
        catch (SocketException error)
        {
            return ([], error.Message);
        }
        catch (OperationCanceledException)
        {
            return ([], $"the name was not resolved within {Limit.TotalSeconds:0} s");
        }
    }

    private void Note(string host, IPAddress[] found, string? reason)
    {
        if (reason is null)
        {
            _known[host] = found;
            if (_failing.Remove(host))
                ConnectionLog.NameResolvedAgain(logger, host);
        }
        else if (_failing.Add(host))
        {
            ConnectionLog.NameNotResolved(logger, host, reason, _known.GetValueOrDefault(host, []).Length);
        }
    }
}

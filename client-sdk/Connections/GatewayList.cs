using System.Net;
using Microsoft.Extensions.Logging;
using Orleans.Messaging;

namespace Snakepit.Client.Connections;

/// <summary>
/// What the Orleans client knows of gateways. It asks every <see cref="RefreshPeriod"/>. When the source fails, or finds no gateway at
/// all, the last good answer stays: a connection that works is better than none. Changes are logged.
/// </summary>
internal sealed class GatewayList(IGatewaySource source, ILogger logger) : IGatewayListProvider
{
    /// <summary>
    /// How often the source is asked. The framework's own minute is longer than people wait for a silo that they have added.
    /// </summary>
    public static readonly TimeSpan RefreshPeriod = TimeSpan.FromSeconds(5);

    private IReadOnlyList<IPEndPoint> _last = [];
    private bool _failing;

    /// <summary>
    /// How long the Orleans client leaves out a gateway to which it could not connect. Each try costs a call the time of a connection
    /// that does not come, which is seconds for a host that is switched off.
    /// </summary>
    public TimeSpan MaxStaleness => TimeSpan.FromMinutes(1);

    /// <summary>The answers change.</summary>
    public bool IsUpdatable => true;

    /// <summary>Does nothing: what fails here would end the start of the client, and what fails later is tried again.</summary>
    public Task InitializeGatewayListProvider() => Task.CompletedTask;

    /// <summary>Asks the source.</summary>
    /// <exception cref="Exception">The source failed and there is no earlier answer.</exception>
    public async Task<IList<Uri>> GetGateways()
    {
        try
        {
            Take(await source.ReadAsync().ConfigureAwait(false));
        }
        catch (Exception error) when (_last.Count > 0)
        {
            if (!_failing)
                ConnectionLog.GatewaysNotRead(logger, error.Message, _last.Count);
            _failing = true;
        }

        return [.. _last.Select(gateway => gateway.ToGatewayUri())];
    }

    private void Take(IReadOnlyList<IPEndPoint> found)
    {
        _failing = false;
        if (found.Count == 0 || new HashSet<IPEndPoint>(found).SetEquals(_last))
            return;
        ConnectionLog.GatewaysFound(logger, string.Join(", ", found));
        _last = found;
    }
}

using Orleans.Configuration;

namespace Snakepit.Client.Routing;

/// <summary>Sees connections to gateways break. Thread-safe.</summary>
internal sealed class GatewayWatch
{
    /// <summary>A connection to a gateway has ended. On any thread.</summary>
    public event Action? Lost;

    /// <summary>Puts the watch into the connections of an Orleans client.</summary>
    public void Watch(ClientConnectionOptions connections) =>
        connections.ConfigureConnection(connection => connection.Use(next => context => WatchAsync(next(context))));

    private async Task WatchAsync(Task connection)
    {
        try
        {
            await connection.ConfigureAwait(false);
        }
        finally
        {
            Lost?.Invoke();
        }
    }
}

namespace Snakepit.Client.Routing;

/// <summary>Sees connections to gateways break. Thread-safe.</summary>
internal sealed class GatewayWatch
{
    /// <summary>A connection to a gateway has ended. On any thread.</summary>
    public event Action? Lost;

    /// <summary>Ends with the connection.</summary>
    public async Task WatchAsync(Task connection)
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

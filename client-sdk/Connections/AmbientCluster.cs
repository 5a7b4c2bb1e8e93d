using Snakepit.Client.Routing;

namespace Snakepit.Client.Connections;

/// <summary>The cluster of an application that has its own Orleans client or is a silo. The application sees to the connection.</summary>
internal sealed class AmbientCluster(IGrainFactory grains, GatewayWatch gateways) : ICluster
{
    /// <inheritdoc/>
    public event Action? GatewayLost
    {
        add => gateways.Lost += value;
        remove => gateways.Lost -= value;
    }

    /// <inheritdoc/>
    public IGrainFactory Grains => grains;

    /// <inheritdoc/>
    public Task Connected => Task.CompletedTask;

    /// <inheritdoc/>
    public string Where => "";

    /// <inheritdoc/>
    public void NoteAnswer()
    {
        // The application's own health checks say how its Orleans client is.
    }
}

using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;

namespace Snakepit.Hosting.Scripts;

/// <summary>
/// Makes a silo a cluster of its own that opens no port. Its calls stay inside the process, so it needs none, and two such silos cannot
/// stand in each other's way.
/// </summary>
internal static class ClosedPorts
{
    /// <summary>Part of the silo's name in its own membership. It is not opened.</summary>
    private const int NominalPort = 11111;

    public static void Apply(ISiloBuilder silo)
    {
        silo.UseLocalhostClustering(NominalPort, gatewayPort: 0);
        var services = silo.Services;
        for (var i = 0; i < services.Count; i++)
        {
            if (services[i] is { IsKeyedService: true } listener && listener.ServiceType == typeof(IConnectionListenerFactory))
                services[i] = ServiceDescriptor.KeyedSingleton<IConnectionListenerFactory>(listener.ServiceKey, new Factory());
        }
    }

    private sealed class Factory : IConnectionListenerFactory
    {
        public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
            new(new Listener(endpoint));
    }

    /// <summary>Waits for connections that cannot come.</summary>
    private sealed class Listener(EndPoint endpoint) : IConnectionListener
    {
        private readonly TaskCompletionSource<ConnectionContext?> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public EndPoint EndPoint => endpoint;

        public ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) =>
            new(_closed.Task.WaitAsync(cancellationToken));

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            _closed.TrySetResult(null);
            return ValueTask.CompletedTask;
        }

        public ValueTask DisposeAsync() => UnbindAsync();
    }
}

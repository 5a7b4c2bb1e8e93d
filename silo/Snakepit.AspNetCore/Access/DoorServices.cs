using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Snakepit.Client;
using Snakepit.Core.Options;
using Snakepit.Core.Scheduling;

namespace Snakepit.AspNetCore.Access;

/// <summary>
/// What the endpoints of one door share. Made when the first request comes, since the server's addresses are known then. Thread-safe.
/// </summary>
/// <param name="services">The application's services.</param>
/// <param name="door">The door; null to make one from the server's addresses.</param>
internal sealed class DoorServices(IServiceProvider services, Door? door = null)
{
    private readonly Lazy<Door> _door = new(() => door ?? Make(services));
    private readonly Lazy<PoolDoor> _pools = new(() => ActivatorUtilities.CreateInstance<PoolDoor>(services));
    private readonly Lazy<ISnakepitClient> _client = new(services.GetRequiredService<ISnakepitClient>);
    private readonly Lazy<ByteBudget> _buffers = new(services.GetRequiredService<ByteBudget>);

    /// <summary>Whom the door lets in.</summary>
    public Door Door => _door.Value;

    /// <summary>What the door knows of pools.</summary>
    public PoolDoor Pools => _pools.Value;

    /// <summary>Calls tools.</summary>
    public ISnakepitClient Client => _client.Value;

    /// <summary>Bytes of requests and results that the silo holds.</summary>
    public ByteBudget Buffers => _buffers.Value;

    private static Door Make(IServiceProvider services)
    {
        var addresses = services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        return new Door(ServerAddresses.Read(addresses), services.GetRequiredService<SnakepitOptions>().Http);
    }
}

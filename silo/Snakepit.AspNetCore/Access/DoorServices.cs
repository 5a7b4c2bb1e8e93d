using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Snakepit.AspNetCore.Audit;
using Snakepit.Client;
using Snakepit.Core.Options;
using Snakepit.Core.Scheduling;

namespace Snakepit.AspNetCore.Access;

/// <summary>
/// What the endpoints of one door share. Made when the first request comes, since the server's addresses are known then. Thread-safe.
/// </summary>
internal sealed class DoorServices
{
    private readonly Lazy<Door> _door;
    private readonly Lazy<DoorAccess> _access;
    private readonly Lazy<AuditLog> _audit;
    private readonly Lazy<PoolDoor> _pools;
    private readonly Lazy<ISnakepitClient> _client;
    private readonly Lazy<ByteBudget> _buffers;

    /// <param name="services">The application's services.</param>
    /// <param name="door">The door; null to make one from the server's addresses.</param>
    public DoorServices(IServiceProvider services, Door? door = null)
    {
        _door = new(() => door ?? Make(services));
        _access = new(() => new DoorAccess(Door, Options(services), services));
        _audit = new(() => new AuditLog(
            services.GetRequiredService<ILoggerFactory>(),
            Options(services).AuditFile,
            services.GetService<TimeProvider>() ?? TimeProvider.System));
        _pools = new(() => ActivatorUtilities.CreateInstance<PoolDoor>(services));
        _client = new(services.GetRequiredService<ISnakepitClient>);
        _buffers = new(services.GetRequiredService<ByteBudget>);
    }

    /// <summary>Where the door listens, and which requests come in.</summary>
    public Door Door => _door.Value;

    /// <summary>Who its callers are, and what they may do.</summary>
    public DoorAccess Access => _access.Value;

    /// <summary>Writes down who managed what.</summary>
    public AuditLog Audit => _audit.Value;

    /// <summary>What the door knows of pools.</summary>
    public PoolDoor Pools => _pools.Value;

    /// <summary>Calls tools.</summary>
    public ISnakepitClient Client => _client.Value;

    /// <summary>Bytes of requests and results that the silo holds.</summary>
    public ByteBudget Buffers => _buffers.Value;

    private static Door Make(IServiceProvider services)
    {
        var addresses = services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        return new Door(ServerAddresses.Read(addresses), Options(services));
    }

    private static HttpOptions Options(IServiceProvider services) => services.GetRequiredService<SnakepitOptions>().Http;
}

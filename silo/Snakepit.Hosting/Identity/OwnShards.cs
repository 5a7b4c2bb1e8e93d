using Snakepit.Client;
using Snakepit.Execution;
using Snakepit.Grains.Pools;

namespace Snakepit.Hosting.Identity;

/// <summary>This silo's own shards, for the client that runs in it.</summary>
internal sealed class OwnShards(ILocalSiloDetails silo, PoolShards shards) : ILocalShards
{
    public string Silo => silo.Name;

    public bool? HasRoom(string pool) => shards.LocalHasRoom(pool);

    public Task<ToolReply>? Execute(string pool, ToolRequest request, CancellationToken cancellationToken) =>
        shards.ExecuteLocally(pool, request, cancellationToken);
}

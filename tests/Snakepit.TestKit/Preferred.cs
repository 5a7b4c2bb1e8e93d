using Snakepit.Client;
using Snakepit.Execution;

namespace Snakepit.TestKit;

/// <summary>Makes a client prefer a silo as if it ran in it, while its calls travel as messages.</summary>
public sealed class Preferred(string silo) : ILocalShards
{
    public string Silo => silo;

    public bool? HasRoom(string pool) => null;

    public Task<ToolReply>? Execute(string pool, ToolRequest request, CancellationToken cancellationToken) => null;
}

using Snakepit.Execution;

namespace Snakepit.Client;

/// <summary>
/// The shards of the silo that a client runs in. The client prefers them and hands calls to them without a message. Snakepit.Hosting has
/// the implementation that its silos use. Every member is called on any thread and must neither block nor throw.
/// </summary>
public interface ILocalShards
{
    /// <summary>Name of the silo.</summary>
    string Silo { get; }

    /// <summary>Whether the shard of a pool could begin a call now. Asked for each call.</summary>
    /// <param name="pool">Name of the pool.</param>
    /// <returns>Null when the silo has no shard of that pool, or when it is not known.</returns>
    bool? HasRoom(string pool);

    /// <summary>Runs a tool in the silo's own shard.</summary>
    /// <param name="pool">Name of the pool.</param>
    /// <param name="request">What to run.</param>
    /// <param name="cancellationToken">The caller gives up.</param>
    /// <returns>
    /// Its reply, which carries a result or a failure. Null when the silo has no shard of that pool; the client then sends a message.
    /// </returns>
    Task<ToolReply>? Execute(string pool, ToolRequest request, CancellationToken cancellationToken);
}

using Snakepit.Identity;

namespace Snakepit.Grains.Shards.Engine;

/// <summary>Which shard it is, and whose turns it runs in.</summary>
/// <param name="Id">Its address.</param>
/// <param name="Incarnation">The run of its silo.</param>
/// <param name="Turns">Everything about the shard runs in them.</param>
internal sealed record ShardPlace(ShardId Id, Incarnation Incarnation, ShardTurns Turns);

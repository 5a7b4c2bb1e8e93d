using Snakepit.Core.Ports;
using Snakepit.Identity;

namespace Snakepit.Grains.Shards.Engine;

/// <summary>Which shard it is, whose turns it runs in, and what hears of it.</summary>
/// <param name="Id">Its address.</param>
/// <param name="Incarnation">The run of its silo.</param>
/// <param name="Turns">Everything about the shard runs in them.</param>
/// <param name="Observer">Hears what it decides and what becomes of it.</param>
internal sealed record ShardPlace(ShardId Id, Incarnation Incarnation, ShardTurns Turns, IShardObserver Observer);

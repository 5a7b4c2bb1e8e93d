using Snakepit.Grains.Telemetry;
using Snakepit.Identity;

namespace Snakepit.Grains.Shards.Engine;

/// <summary>Which shard it is, whose turns it runs in, and where it puts its measurements.</summary>
/// <param name="Id">Its address.</param>
/// <param name="Incarnation">The run of its silo.</param>
/// <param name="Turns">Everything about the shard runs in them.</param>
/// <param name="Meter">What it measures.</param>
internal sealed record ShardPlace(ShardId Id, Incarnation Incarnation, ShardTurns Turns, PoolMeter Meter);

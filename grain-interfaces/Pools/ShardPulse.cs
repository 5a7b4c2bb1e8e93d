using Snakepit.Identity;

namespace Snakepit.Pools;

/// <summary>
/// What a shard announces to its pool each second, about 100 bytes. Everything else about a shard is in its
/// <see cref="ShardReport"/>, which travels on request only.
/// </summary>
/// <param name="Shard">Who announces.</param>
/// <param name="Incarnation">
/// The silo that the shard lives on, with the generation that tells this run of the silo from earlier ones under the same name.
/// </param>
/// <param name="State">Whether it takes work.</param>
/// <param name="Queued">Calls waiting.</param>
/// <param name="Running">Calls on workers.</param>
/// <param name="Capacity">Calls that its ready workers take at once.</param>
/// <param name="Terms">Number of the <see cref="PoolTerms"/> that hold; it grows when they change.</param>
[GenerateSerializer, Immutable, Alias("Snakepit.ShardPulse")]
public readonly record struct ShardPulse(
    [property: Id(0)] ShardId Shard,
    [property: Id(1)] Incarnation Incarnation,
    [property: Id(2)] PoolState State,
    [property: Id(3)] int Queued,
    [property: Id(4)] int Running,
    [property: Id(5)] int Capacity,
    [property: Id(6)] int Terms)
{
    /// <summary>Calls waiting and running.</summary>
    public int Load => Queued + Running;

    /// <summary>Calls that it could begin at once. Only a ready shard without a queue has room.</summary>
    public int Room => State == PoolState.Ready && Queued == 0 ? Math.Max(0, Capacity - Running) : 0;
}

/// <summary>A pulse with the terms that belong to it; what a pool that has just been activated asks its shards for.</summary>
[GenerateSerializer, Immutable, Alias("Snakepit.ShardIntroduction")]
public sealed record ShardIntroduction([property: Id(0)] ShardPulse Pulse, [property: Id(1)] PoolTerms Terms);

/// <summary>The pool's answer to a pulse.</summary>
/// <param name="WantsTerms">The pool does not have the terms that the pulse names; the shard announces again, with them.</param>
/// <param name="Room">
/// Where waiting calls of this shard may go. The pool has set these places aside until the next pulse of their shard.
/// </param>
[GenerateSerializer, Immutable, Alias("Snakepit.PulseAnswer")]
public sealed record PulseAnswer([property: Id(0)] bool WantsTerms, [property: Id(1)] ShardRoom[] Room);

/// <summary>Free places of a shard.</summary>
/// <param name="Silo">Name of its silo.</param>
/// <param name="Places">Calls that it can begin at once.</param>
[GenerateSerializer, Immutable, Alias("Snakepit.ShardRoom")]
public readonly record struct ShardRoom([property: Id(0)] string Silo, [property: Id(1)] int Places);

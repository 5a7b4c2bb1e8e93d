using Snakepit.AspNetCore.Access;
using Snakepit.Grains.Pools;
using Snakepit.Grains.Silos;

namespace Snakepit.AspNetCore.Management;

/// <summary>Questions about a pool that may be limited to one silo.</summary>
internal static class PoolOnSilo
{
    /// <summary>Asks.</summary>
    /// <param name="door">The door.</param>
    /// <param name="pool">Name of the pool.</param>
    /// <param name="silo">Name of the silo; null for all.</param>
    /// <param name="shards">Says what there is when the pool, or its part on the silo, is not found.</param>
    /// <param name="silos">Knows the names of silos.</param>
    /// <param name="ask">Null when none of the asked silos has the pool.</param>
    /// <exception cref="Errors.SnakepitException">There is no such silo, no such pool, or the pool is not on that silo.</exception>
    public static async Task<T> AskAsync<T>(
        DoorServices door, string pool, string? silo, PoolShards shards, SiloControl silos, Func<Task<T?>> ask)
        where T : struct
    {
        silos.CheckName(silo);
        // That one silo has no such pool says nothing about the pool.
        var answer = await door.Pools.AskAsync(pool, async () =>
            await ask() is var found && found is null && silo is null ? throw await shards.NotFoundAsync(pool) : found);
        return answer ?? throw await shards.NotFoundAsync(pool, silo);
    }
}

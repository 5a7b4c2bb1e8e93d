using Snakepit.Identity;

namespace Snakepit.Grains.Sessions;

/// <summary>Tells the other shards of a pool that a session has come to one of them. Thread-safe.</summary>
internal interface ISessionNotice
{
    /// <summary>Ends when all have heard, or not in time. Never faults.</summary>
    /// <param name="shard">The shard that has the session now.</param>
    /// <param name="session">Its name.</param>
    /// <param name="limit">How long the call can wait.</param>
    Task ForgetAsync(ShardId shard, string session, TimeSpan limit);
}

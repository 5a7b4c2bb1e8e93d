using Snakepit.Identity;

namespace Snakepit.Sessions;

/// <summary>The sessions that a shard knows.</summary>
/// <param name="Total">How many it knows.</param>
/// <param name="Sessions">The latest used ones, the latest first.</param>
[GenerateSerializer, Immutable, Alias("Snakepit.SessionList")]
public sealed record SessionList([property: Id(0)] int Total, [property: Id(1)] SessionReport[] Sessions);

/// <summary>What a shard knows of a session.</summary>
/// <param name="Session">Its name.</param>
/// <param name="Worker">The worker that had its latest call.</param>
/// <param name="Running">Calls of it that run now.</param>
/// <param name="Idle">Since a call of it last began or ended.</param>
[GenerateSerializer, Immutable, Alias("Snakepit.SessionReport")]
public sealed record SessionReport(
    [property: Id(0)] string Session,
    [property: Id(1)] WorkerId Worker,
    [property: Id(2)] int Running,
    [property: Id(3)] TimeSpan Idle);

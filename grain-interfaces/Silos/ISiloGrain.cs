using Snakepit.Access;
using Snakepit.Identity;

namespace Snakepit.Silos;

/// <summary>
/// One silo, for people who operate the cluster (key: its name). Pinned to that silo; when the silo is gone, calls fail. Control plane
/// only: tools are not called through it.
/// </summary>
[Alias("Snakepit.ISiloGrain")]
public interface ISiloGrain : IGrainWithStringKey
{
    /// <summary>The silo at this moment.</summary>
    /// <exception cref="Errors.SnakepitException">The silo is not in the cluster.</exception>
    [Alias("GetReport"), OpenToClients, ResponseTimeout("00:00:05")]
    Task<SiloReport> GetReportAsync();

    /// <summary>
    /// Takes the silo out of service: it says that it is not ready, its shards refuse new calls and send waiting ones elsewhere, running
    /// calls go on. When none runs any more, or <paramref name="limit"/> has passed, the silo stops as after SIGTERM. Answers at once. A
    /// later call replaces the limit and <paramref name="stay"/> of an earlier one; a silo that leaves already is not disturbed.
    /// </summary>
    /// <param name="limit">How long running calls may go on; null for <c>DrainTimeout</c>.</param>
    /// <param name="stay">The silo remains in the cluster without work, until it is resumed or stopped.</param>
    /// <exception cref="Errors.SnakepitException">The silo is not in the cluster.</exception>
    [Alias("Drain"), ResponseTimeout("00:00:05")]
    Task<SiloReport> DrainAsync(TimeSpan? limit, bool stay);

    /// <summary>
    /// Takes a drain back: the silo's shards take calls again. Does nothing when the silo serves, and when it leaves already; the
    /// answer's state tells.
    /// </summary>
    /// <exception cref="Errors.SnakepitException">The silo is not in the cluster.</exception>
    [Alias("Resume"), ResponseTimeout("00:00:05")]
    Task<SiloReport> ResumeAsync();
}

/// <summary>Whether a silo takes work.</summary>
public enum SiloState
{
    /// <summary>Its shards take calls, as far as their workers can.</summary>
    Serving,

    /// <summary>It takes no new calls and finishes what runs. This can be taken back.</summary>
    Draining,

    /// <summary>Nothing runs any more, and it stays so until it is resumed or stopped.</summary>
    Drained,

    /// <summary>It stops. This cannot be taken back.</summary>
    Leaving,
}

/// <summary>What a silo says of itself.</summary>
[GenerateSerializer, Immutable, Alias("Snakepit.SiloReport")]
public sealed record SiloReport
{
    /// <summary>Its name in the cluster.</summary>
    [Id(0)] public required string Name { get; init; }

    /// <summary>This run of it.</summary>
    [Id(1)] public required Incarnation Incarnation { get; init; }

    /// <summary>Whether it takes work.</summary>
    [Id(2)] public required SiloState State { get; init; }

    /// <summary>Name of its host.</summary>
    [Id(3)] public required string Host { get; init; }

    /// <summary>Number of its process on that host.</summary>
    [Id(4)] public int Pid { get; init; }

    /// <summary>Version of Snakepit that it runs.</summary>
    [Id(5)] public string Version { get; init; } = "";

    /// <summary>How long it has been running.</summary>
    [Id(6)] public TimeSpan Uptime { get; init; }

    /// <summary>Names of its pools.</summary>
    [Id(7)] public string[] Pools { get; init; } = [];

    /// <summary>Calls that wait in its shards.</summary>
    [Id(8)] public int Queued { get; init; }

    /// <summary>Calls on its workers.</summary>
    [Id(9)] public int Running { get; init; }

    /// <summary>Calls that its ready workers take at once.</summary>
    [Id(10)] public int Capacity { get; init; }

    /// <summary>What it is fit for; it runs the pools that ask for nothing else.</summary>
    [Id(11)] public string[] Roles { get; init; } = [];

    /// <summary>
    /// Why the database of the cluster does not answer this silo, and what helps; null while it answers, and on a silo without one.
    /// </summary>
    [Id(12)] public string? DatabaseProblem { get; init; }

    /// <summary>How long that has been so; zero while it answers.</summary>
    [Id(13)] public TimeSpan DatabaseProblemFor { get; init; }
}

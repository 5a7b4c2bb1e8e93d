using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Snakepit.Workers.Orphans;

namespace Snakepit.Hosting;

/// <summary>Ends workers by force, for programs that have to be sure that none is left.</summary>
public static class SnakepitCleanupExtensions
{
    private static readonly TimeSpan DefaultGrace = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Ends every worker process of this host's silo, and all that the workers have started: asks, and kills after the grace time. May be
    /// called at any time, also after the host has stopped. A silo that still runs starts its workers anew.
    /// </summary>
    /// <param name="host">The host, with <c>AddSnakepitSilo</c>; not disposed of.</param>
    /// <param name="grace">From asking until killing; null for 5 s.</param>
    /// <param name="cancellationToken">Stops waiting; what was asked to end stays asked.</param>
    /// <returns>Numbers of the processes that stayed; empty when all are gone, and on systems without <c>/proc</c>.</returns>
    public static Task<IReadOnlyList<int>> CleanupAsync(
        this IHost host, TimeSpan? grace = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(host);
        return RunCleanup.EndAsync(host.Services.GetRequiredService<RunIdentity>(), grace ?? DefaultGrace, cancellationToken);
    }
}

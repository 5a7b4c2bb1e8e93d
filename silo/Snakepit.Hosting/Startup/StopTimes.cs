using Snakepit.Core.Options;
using Snakepit.Core.Timeouts;

namespace Snakepit.Hosting.Startup;

/// <summary>How long a silo may take to stop.</summary>
internal static class StopTimes
{
    /// <summary>For the silo's own leaving, after its workers are gone.</summary>
    private static readonly TimeSpan LeavingMargin = TimeSpan.FromSeconds(5);

    /// <summary>From asking workers to leave until they are killed: the longest of all pools; zero without pools.</summary>
    public static TimeSpan Grace(SnakepitOptions options) =>
        options.OwnPools.Select(pool => options.Plan(pool).GracefulShutdownTimeout.Value).DefaultIfEmpty().Max();

    /// <summary>Drain and its announcement, graceful stop of the workers and the silo's own leaving, all together.</summary>
    public static TimeSpan Whole(SnakepitOptions options) =>
        (options.DrainTimeout > options.ShutdownDelay ? options.DrainTimeout : options.ShutdownDelay) + Grace(options) + LeavingMargin;
}

using Snakepit.Core.Options;
using Snakepit.Core.Timeouts;

namespace Snakepit.Packages.Tests;

/// <summary>How long a silo may take to stop with the defaults (docs/draining.md): what stops it must wait for longer.</summary>
internal static class StopTime
{
    private static readonly TimeSpan Leaving = TimeSpan.FromSeconds(5);

    public static TimeSpan Default
    {
        get
        {
            var options = new SnakepitOptions();
            var drain = options.DrainTimeout > options.ShutdownDelay ? options.DrainTimeout : options.ShutdownDelay;
            return drain + options.Plan(new PoolOptions { Name = "default" }).GracefulShutdownTimeout.Value + Leaving;
        }
    }
}

using Snakepit.Core.Options;
using Snakepit.Hosting.Failures;
using Snakepit.Workers.Orphans;

namespace Snakepit.Hosting.Identity;

/// <summary>Who a silo is: its name in the cluster, its run, and the lock that tells other silos of this host that it lives.</summary>
internal static class SiloIdentity
{
    /// <summary>Unique in the cluster and the same after a restart, since shards and workers are addressed by it.</summary>
    public static string Name(SnakepitOptions options)
    {
        if (options.Cluster.SiloName is { } name)
            return name;
        var defaults = new SnakepitOptions();
        string[] parts =
        [
            Environment.MachineName,
            options.InstanceName == defaults.InstanceName ? "" : options.InstanceName,
            options.InstanceToken == defaults.InstanceToken ? "" : options.InstanceToken,
        ];
        return string.Join('-', parts.Where(part => part.Length > 0));
    }

    /// <summary>A new run of this instance.</summary>
    public static RunIdentity NewRun(SnakepitOptions options) =>
        new(options.InstanceName, options.InstanceToken, Guid.CreateVersion7().ToString("N")[^12..]);

    /// <summary>Takes the instance for this process.</summary>
    /// <exception cref="InstanceInUseException">A living silo has this name and token.</exception>
    /// <exception cref="StartupException">The data folder cannot be used.</exception>
    public static InstanceLock TakeLock(SnakepitOptions options, RunIdentity run)
    {
        var data = options.DataDir ?? DefaultDataDir;
        try
        {
            return InstanceLock.Take(data, run);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StartupException(
                $"The data folder '{data}' cannot be used: {error.Message.TrimEnd('.')}. "
                + "Name another in Snakepit:DataDir or SNAKEPIT_DATA_DIR.",
                error);
        }
    }

    /// <summary>Not made and not looked at here: what is wrong with it is one sentence when the lock is taken.</summary>
    private static string DefaultDataDir => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "snakepit");
}

using System.Globalization;

namespace Snakepit.Workers.Orphans;

/// <summary>
/// Held by a run for its whole life: an operating-system lock in <c>data_dir/instance name/token/</c>. The system lets go
/// of it when the process ends, however it ends, so a held lock means a living silo.
/// </summary>
public sealed class InstanceLock : IDisposable
{
    private const string LockName = "lock";
    private const string OwnerName = "owner";

    private readonly FileStream _lock;

    private InstanceLock(FileStream held, string folder)
    {
        _lock = held;
        Folder = folder;
    }

    /// <summary>Where records of this instance live.</summary>
    public string Folder { get; }

    /// <exception cref="InstanceInUseException">A living silo has this name and token.</exception>
    /// <exception cref="IOException">The folder cannot be made or written.</exception>
    public static InstanceLock Take(string dataDir, RunIdentity run)
    {
        var folder = Path.Combine(dataDir, run.InstanceName, run.InstanceToken);
        Directory.CreateDirectory(folder);
        FileStream held;
        try
        {
            held = new FileStream(Path.Combine(folder, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error) when (File.Exists(Path.Combine(folder, LockName)))
        {
            throw new InstanceInUseException(
                $"Another silo on this host is running as instance '{run.InstanceName}' with token '{run.InstanceToken}'{Owner(folder)}. "
                + "Give this one a token of its own: Snakepit:InstanceToken or SNAKEPIT_INSTANCE_TOKEN.",
                error);
        }

        File.WriteAllText(Path.Combine(folder, OwnerName), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        return new InstanceLock(held, folder);
    }

    public void Dispose() => _lock.Dispose();

    private static string Owner(string folder)
    {
        try
        {
            return $" (process {File.ReadAllText(Path.Combine(folder, OwnerName)).Trim()})";
        }
        catch (IOException)
        {
            return ""; // it holds the lock and has not written its number yet
        }
    }
}

/// <summary>The identity of this silo is taken by a living one.</summary>
public sealed class InstanceInUseException(string message, Exception innerException) : Exception(message, innerException);

using System.Globalization;
using Snakepit.Workers.Files;

namespace Snakepit.Workers.Orphans;

/// <summary>
/// Held by a run for its whole life: an operating-system lock in <c>data_dir/instance name/token/</c>, and on Linux one that
/// holds for the whole host. The system lets go of them when the process ends, however it ends, so a held lock means a living
/// silo.
/// </summary>
public sealed class InstanceLock : IDisposable
{
    private const string LockName = "lock";
    private const string OwnerName = "owner";
    private const string RecordsName = "workers";

    /// <summary>
    /// What a taken lock says: EAGAIN on Linux and on macOS, ERROR_SHARING_VIOLATION and ERROR_LOCK_VIOLATION on Windows.
    /// </summary>
    private static readonly int[] Taken = [11, 35, 32, 33];

    private readonly FileStream _lock;
    private readonly HostLock? _hostLock;

    private InstanceLock(FileStream held, HostLock? hostLock, string folder)
    {
        _lock = held;
        _hostLock = hostLock;
        Folder = folder;
    }

    /// <summary>What belongs to this instance alone.</summary>
    public string Folder { get; }

    /// <summary>Where the records of its living workers are.</summary>
    public string RecordFolder => Path.Combine(Folder, RecordsName);

    /// <exception cref="InstanceInUseException">A living silo has this name and token.</exception>
    /// <exception cref="IOException">The folder cannot be made or written, or others can write it.</exception>
    public static InstanceLock Take(string dataDir, RunIdentity run)
    {
        PrivateFolder.MakePath(dataDir);
        PrivateFolder.CheckParent(dataDir);
        PrivateFolder.MakeOrTake(Path.Combine(dataDir, run.InstanceName));
        var folder = Path.Combine(dataDir, run.InstanceName, run.InstanceToken);
        PrivateFolder.MakeOrTake(folder);
        PrivateFolder.MakeOrTake(Path.Combine(folder, RecordsName));
        FileStream held;
        try
        {
            held = new FileStream(Path.Combine(folder, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error) when (Taken.Contains(error.HResult & 0xFFFF))
        {
            throw InUse(run, Owner(folder), error);
        }

        // The data folder's lock is free, but a silo with another folder may be the same instance.
        var hostLock = HostLock.TryTake(run, out var taken, out var owner);
        if (taken)
        {
            held.Dispose();
            throw InUse(run, owner, innerException: null);
        }

        File.WriteAllText(Path.Combine(folder, OwnerName), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        return new InstanceLock(held, hostLock, folder);
    }

    public void Dispose()
    {
        _hostLock?.Dispose();
        _lock.Dispose();
    }

    private static InstanceInUseException InUse(RunIdentity run, int? owner, Exception? innerException) => new(
        $"Another silo on this host is running as instance '{run.InstanceName}' with token "
        + $"'{run.InstanceToken}'{(owner is null ? "" : $" (process {owner})")}. "
        + "Give this one a token of its own: Snakepit:InstanceToken or SNAKEPIT_INSTANCE_TOKEN.",
        owner,
        innerException);

    /// <summary>Null when it holds the lock and has not written its number yet.</summary>
    private static int? Owner(string folder)
    {
        try
        {
            return int.TryParse(
                File.ReadAllText(Path.Combine(folder, OwnerName)),
                NumberStyles.AllowTrailingWhite,
                CultureInfo.InvariantCulture,
                out var pid)
                ? pid
                : null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}

/// <summary>The identity of this silo is taken by a living one.</summary>
public sealed class InstanceInUseException(string message, int? owner, Exception? innerException) : Exception(message, innerException)
{
    /// <summary>Its process; null when that is not known yet.</summary>
    public int? Owner { get; } = owner;
}

namespace Snakepit.Workers.Files;

/// <summary>
/// A private folder for one program, in the folder for temporary files. Gone when it is disposed of; what a killed program has left is
/// taken away when another one is made, a minute later or more.
/// </summary>
public sealed class ScratchFolder : IDisposable
{
    private const string Prefix = "snakepit-script-";
    private const string LockName = "lock";

    /// <summary>A folder that has not changed for longer than this is not just being made.</summary>
    private static readonly TimeSpan LongestMaking = TimeSpan.FromMinutes(1);

    private readonly FileStream _lock;

    private ScratchFolder(string path)
    {
        Path = path;
        _lock = new FileStream(System.IO.Path.Combine(path, LockName), FileMode.Create, FileAccess.ReadWrite, FileShare.None);
    }

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>Makes one under a name that is not taken.</summary>
    /// <param name="name">What tells it from others.</param>
    /// <exception cref="IOException">It cannot be made, or others could replace what is in it.</exception>
    public static ScratchFolder Create(string name)
    {
        var root = System.IO.Path.GetTempPath();
        PrivateFolder.CheckParent(root);
        Sweep(root);
        var path = System.IO.Path.Combine(root, Prefix + name);
        PrivateFolder.MakeNew(path);
        return new ScratchFolder(path);
    }

    /// <summary>Takes the folder away with all that is in it. What a process still writes there stays for the next sweep.</summary>
    public void Dispose()
    {
        Remove(Path);
        _lock.Dispose();
    }

    /// <summary>
    /// A folder whose lock is free, or is gone, belongs to a program that has ended. One that has just changed is left alone: its lock may
    /// be about to be taken.
    /// </summary>
    private static void Sweep(string root)
    {
        foreach (var path in Directory.EnumerateDirectories(root, Prefix + "*"))
        {
            try
            {
                PrivateFolder.Check(path);
                if (TimeProvider.System.GetUtcNow() - Directory.GetLastWriteTimeUtc(path) < LongestMaking)
                    continue;
                using var free = new FileStream(
                    System.IO.Path.Combine(path, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
                Remove(path);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // A living program holds it, another user owns it, or another sweep was faster.
            }
        }
    }

    private static void Remove(string path)
    {
        try
        {
            Directory.Delete(path, recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A process still writes there; a later start removes what is left.
        }
    }
}

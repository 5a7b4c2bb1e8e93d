namespace Snakepit.Workers.Files;

/// <summary>
/// A private folder for one program, in the folder for temporary files. Gone when it is disposed of; what a killed program has left is
/// taken away when another one is made, a minute later or more.
/// </summary>
public sealed class ScratchFolder : IDisposable
{
    private const string Prefix = "snakepit-script-";

    /// <summary>A folder that has not changed for longer than this is not just being made.</summary>
    private static readonly TimeSpan LongestMaking = TimeSpan.FromMinutes(1);

    private readonly FileStream _lock;

    private ScratchFolder(string path)
    {
        Path = path;
        _lock = LockedFolder.Lock(path);
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
        LockedFolder.Sweep(root, Prefix + "*", LongestMaking);
        var path = System.IO.Path.Combine(root, Prefix + name);
        PrivateFolder.MakeNew(path);
        return new ScratchFolder(path);
    }

    /// <summary>Takes the folder away with all that is in it. What a process still writes there stays for the next sweep.</summary>
    public void Dispose()
    {
        LockedFolder.Remove(Path);
        _lock.Dispose();
    }
}

namespace Snakepit.Workers.Files;

/// <summary>
/// A private folder for one program, in the folder for temporary files. Gone when it is disposed of; what a killed program has left is
/// taken away when the next one is made.
/// </summary>
public sealed class ScratchFolder : IDisposable
{
    private const string Prefix = "snakepit-script-";
    private const string LockName = "lock";

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

    /// <summary>A folder whose lock is free belongs to a program that has ended.</summary>
    private static void Sweep(string root)
    {
        foreach (var path in Directory.EnumerateDirectories(root, Prefix + "*"))
        {
            try
            {
                PrivateFolder.Check(path);
                using var free = new FileStream(
                    System.IO.Path.Combine(path, LockName), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
                Remove(path);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // A living program holds it, another user owns it, or it is just being made.
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

namespace Snakepit.Workers.Files;

/// <summary>
/// A folder that belongs to one program as long as that program holds the lock in it. What killed programs have left is taken away by later
/// ones.
/// </summary>
internal static class LockedFolder
{
    private const string LockName = "lock";

    /// <summary>Takes the lock of a folder that this program has made. It ends with the stream, and with the process.</summary>
    /// <exception cref="IOException">Another program holds it.</exception>
    public static FileStream Lock(string path) => Open(path, FileMode.Create);

    /// <summary>Removes the folders whose programs have ended. Those of living programs and of other users stay.</summary>
    /// <param name="root">Where they are.</param>
    /// <param name="pattern">Their names.</param>
    /// <param name="unchanged">
    /// Null: a folder with a free lock goes at once, and one without a lock stays: its program may still be making it, or a cleaner of
    /// temporary files has deleted the lock of a living program. Otherwise both go when they have not changed for so long.
    /// </param>
    public static void Sweep(string root, string pattern, TimeSpan? unchanged = null)
    {
        foreach (var path in Directory.EnumerateDirectories(root, pattern))
        {
            try
            {
                PrivateFolder.Check(path); // what others have made under our kind of name is theirs, and may be a trap
                if (TimeProvider.System.GetUtcNow() - Directory.GetLastWriteTimeUtc(path) < unchanged)
                    continue;
                using var free = Open(path, unchanged is null ? FileMode.Open : FileMode.OpenOrCreate);
                Remove(path);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // A living program holds it, another user owns it, it is just being made, or another sweep was faster.
            }
        }
    }

    /// <summary>Takes a folder away with all that is in it. What a process still writes there stays for a later sweep.</summary>
    public static void Remove(string path)
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

    private static FileStream Open(string path, FileMode mode) =>
        new(Path.Combine(path, LockName), mode, FileAccess.ReadWrite, FileShare.None);
}

using System.ComponentModel;
using System.Runtime.InteropServices;
using Snakepit.Core.Processes;
using Snakepit.Workers.Processes;

namespace Snakepit.Workers.Files;

/// <summary>Folders that belong to this silo's user alone. On Windows the user's own folders are that already.</summary>
internal static class PrivateFolder
{
    private const UnixFileMode Mine = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const int Exists = 17;

    /// <summary>Makes it, with the folders above it, unless it is there. Whose it is then is for others to check.</summary>
    public static void MakePath(string path)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else if (!Directory.Exists(path))
            Directory.CreateDirectory(path, Mine);
    }

    /// <summary>Makes a folder at a path at which there is nothing yet.</summary>
    /// <exception cref="IOException">Something is there already, or it cannot be made.</exception>
    public static void MakeNew(string path)
    {
        if (TryMake(path))
            return;
        var what = OperatingSystem.IsWindows() ? null : FileLook.At(path)?.ToString();
        throw new IOException(
            $"'{path}' is there already: {what ?? "a folder"}. Its name was made up a moment ago, so somebody has guessed it; remove it "
            + "and start again");
    }

    /// <summary>Makes it unless it is there and private.</summary>
    /// <exception cref="IOException">It is not private, or it cannot be made.</exception>
    public static void MakeOrTake(string path)
    {
        if (!TryMake(path))
            Check(path);
    }

    /// <exception cref="IOException">It is gone, or not ours alone.</exception>
    public static void Check(string path)
    {
        if (OperatingSystem.IsWindows())
            return;
        var facts = FileLook.At(path) ?? throw new IOException($"'{path}' is gone");
        if (FolderRule.PrivateFlaw(facts, Posix.EffectiveUserId()) is { } flaw)
            throw new IOException(flaw);
    }

    /// <exception cref="IOException">Others could replace what is in it.</exception>
    public static void CheckParent(string path)
    {
        if (OperatingSystem.IsWindows())
            return;
        var facts = FileLook.At(path, follow: true) ?? throw new IOException($"'{path}' does not exist");
        if (FolderRule.ParentFlaw(facts, Posix.EffectiveUserId()) is { } flaw)
            throw new IOException(flaw);
    }

    /// <summary>False when something is there already.</summary>
    private static bool TryMake(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            if (Directory.Exists(path))
                return false;
            Directory.CreateDirectory(path);
            return true;
        }

        if (Posix.MakeFolder(path, (uint)Mine) == 0)
            return true;
        var error = new Win32Exception(Marshal.GetLastPInvokeError());
        return error.NativeErrorCode == Exists ? false : throw new IOException($"'{path}' cannot be made: {error.Message}", error);
    }
}

using System.Diagnostics;
using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Faults;

/// <summary>
/// A data folder on a small file system of its own. Only the silo sees that file system, so it disappears together with the silo.
/// </summary>
internal static class Disk
{
    /// <summary>How this host lets us mount; null when it does not.</summary>
    private static readonly string? Unshare = Array.Find(["unshare -m", "unshare -rm"], Works);

    /// <summary>Whether the silo has a disk of its own. Without one a test does with what an ordinary user can do to a folder.</summary>
    public static bool IsReal => Unshare is not null;

    /// <summary>Starts a silo on it, or on the plain folder.</summary>
    public static string Shell(string options) => IsReal
        ? $"mkdir -m 700 \"$0/data\"; exec {Unshare} sh -c "
            + $"'mount -t tmpfs -o size=64k,mode=700{options} none \"$0/data\" && exec \"$@\"' \"$0\" \"$@\""
        : "exec \"$@\"";

    /// <summary>From now on nothing can be written.</summary>
    public static void Fill(SiloUnderTest silo)
    {
        if (!IsReal)
        {
            var records = silo.RecordFolder;
            Directory.Move(records, $"{records}-away");
            File.WriteAllText(records, "");
            return;
        }

        var data = $"/proc/{silo.Pid}/root{silo.Folder}/data";
        // The record of a worker that ends would make room for that of the next.
        foreach (var record in Directory.EnumerateFiles($"/proc/{silo.Pid}/root{silo.RecordFolder}"))
            File.Delete(record);
        using var filler = File.Create(Path.Combine(data, "filler"), bufferSize: 0);
        var error = Assert.Throws<IOException>(FillUp);
        Assert.Contains("No space left", error.Message, StringComparison.Ordinal);

        void FillUp()
        {
            while (true)
                filler.Write(new byte[1024]);
        }
    }

    private static bool Works(string unshare)
    {
        using var attempt = Process.Start(
            new ProcessStartInfo("sh", ["-c", $"{unshare} mount -t tmpfs none /mnt"]) { RedirectStandardError = true })!;
        attempt.WaitForExit();
        return attempt.ExitCode == 0;
    }
}

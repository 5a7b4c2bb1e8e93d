using System.Diagnostics;
using System.Globalization;

namespace Snakepit.TestKit;

/// <summary>Looks at processes of this host the way an operator does.</summary>
public static class HostProcess
{
    public static bool IsAlive(int pid)
    {
        try
        {
            // A zombie is dead: it only waits to be reaped.
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..][0] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
        catch (UnauthorizedAccessException)
        {
            return true;
        }
    }

    /// <summary>Living processes whose command line has all the words.</summary>
    public static IReadOnlyList<int> Find(params string[] words)
    {
        var found = new List<int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var pid))
                continue;
            try
            {
                var line = File.ReadAllText($"/proc/{pid}/cmdline");
                if (Array.TrueForAll(words, word => line.Contains(word, StringComparison.Ordinal)) && IsAlive(pid))
                    found.Add(pid);
            }
            catch (IOException)
            {
                // it ended while we looked
            }
        }

        return found;
    }

    public static void Signal(int pid, string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{pid}"]);
        kill.WaitForExit();
    }
}

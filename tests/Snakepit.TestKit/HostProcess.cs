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
    public static IReadOnlyList<int> Find(params string[] words) =>
        Search(pid => File.ReadAllText($"/proc/{pid}/cmdline"), line => Array.TrueForAll(words, word => line.Contains(word, StringComparison.Ordinal)));

    /// <summary>Living worker processes of the silo whose InstanceToken this is.</summary>
    public static IReadOnlyList<int> Workers(string instanceToken)
    {
        var mark = $"SNAKEPIT_INSTANCE_TOKEN={instanceToken}\0";
        return [.. Find("snakepit_bridge").Intersect(Search(pid => File.ReadAllText($"/proc/{pid}/environ"), text => text.Contains(mark, StringComparison.Ordinal)))];
    }

    /// <summary>Living processes that this one has started and that still are its children.</summary>
    public static IReadOnlyList<int> Children(int parent) =>
        Search(pid => File.ReadAllText($"/proc/{pid}/stat"), stat => stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1] == $"{parent}");

    public static void Signal(int pid, string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{pid}"]);
        kill.WaitForExit();
    }

    private static List<int> Search(Func<int, string> read, Predicate<string> fits)
    {
        var found = new List<int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var pid))
                continue;
            try
            {
                if (fits(read(pid)) && IsAlive(pid))
                    found.Add(pid);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // it ended while we looked, or is somebody else's
            }
        }

        return found;
    }
}

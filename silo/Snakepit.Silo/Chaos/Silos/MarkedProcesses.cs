using System.Globalization;

namespace Snakepit.Silo.Chaos.Silos;

/// <summary>Processes of this host that have inherited a mark in their environment, whatever became of their parents.</summary>
internal static class MarkedProcesses
{
    /// <summary>Number and command line of each living process with the mark.</summary>
    /// <param name="mark">What the environment contains.</param>
    /// <param name="except">The process that the others descend from.</param>
    public static List<(int Pid, string Command)> Find(string mark, int except)
    {
        var found = new List<(int, string)>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            try
            {
                if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && pid != except
                    && File.ReadAllText(Path.Combine(folder, "environ")).Contains(mark, StringComparison.Ordinal))
                    found.Add((pid, File.ReadAllText(Path.Combine(folder, "cmdline")).Replace('\0', ' ')));
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // It ended while we looked, or belongs to another user.
            }
        }

        return found;
    }
}

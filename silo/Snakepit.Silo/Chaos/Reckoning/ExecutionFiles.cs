using System.Globalization;

namespace Snakepit.Silo.Chaos.Reckoning;

/// <summary>What workers wrote down: a file for each worker process, in it a line with the number of each call that began.</summary>
internal static class ExecutionFiles
{
    /// <summary>Gives the number of each call that began, as often as it began.</summary>
    /// <exception cref="FormatException">A line is no number.</exception>
    public static IEnumerable<long> Read(string folder) =>
        Directory.EnumerateFiles(folder)
            .SelectMany(File.ReadLines)
            .Select(line => long.Parse(line, NumberStyles.None, CultureInfo.InvariantCulture));
}

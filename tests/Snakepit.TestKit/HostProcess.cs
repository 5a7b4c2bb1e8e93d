using Snakepit.Launcher;
using Snakepit.Workers.Processes;

namespace Snakepit.TestKit;

/// <summary>Looks at processes of this host the way an operator does.</summary>
public static class HostProcess
{
    /// <summary>Whether a process runs. A zombie is dead: it only waits to be reaped.</summary>
    public static bool IsAlive(int pid) => ProcStat.Read(pid) is { HasEnded: false };

    /// <summary>Living processes whose command line has all the words.</summary>
    public static IReadOnlyList<int> Find(params string[] words) =>
        Search(
            pid => File.ReadAllText($"/proc/{pid}/cmdline"),
            line => Array.TrueForAll(words, word => line.Contains(word, StringComparison.Ordinal)));

    /// <summary>Living worker processes of the silo whose InstanceToken this is.</summary>
    public static IReadOnlyList<int> Workers(string instanceToken) => WorkersWith($"SNAKEPIT_INSTANCE_TOKEN={instanceToken}\0");

    /// <summary>Living worker processes in whose environment a text is, for example the folder of their adapter.</summary>
    public static IReadOnlyList<int> WorkersWith(string text)
    {
        var mine = Search(pid => File.ReadAllText($"/proc/{pid}/environ"), all => all.Contains(text, StringComparison.Ordinal));
        return [.. Find("snakepit_bridge").Intersect(mine)];
    }

    /// <summary>Living processes that this one has started and that still are its children.</summary>
    public static IReadOnlyList<int> Children(int parent) =>
        [.. ProcStat.Pids().Where(pid => ProcStat.Read(pid) is { HasEnded: false } stat && stat.Parent == parent)];

    /// <summary>Sends a signal by its name, without SIG: TERM, KILL, STOP, CONT.</summary>
    public static void Signal(int pid, string signal) => Signals.Send(pid, signal switch
    {
        "TERM" => Signals.Terminate,
        "KILL" => Signals.Kill,
        "STOP" => Signals.Stop,
        "CONT" => Signals.Continue,
        "INT" => 2,
        "HUP" => 1,
        "QUIT" => 3,
        "SEGV" => 11,
        _ => throw new ArgumentOutOfRangeException(nameof(signal), signal, "A signal that no test sends."),
    });

    private static List<int> Search(Func<int, string> read, Predicate<string> fits)
    {
        var found = new List<int>();
        foreach (var pid in ProcStat.Pids())
        {
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

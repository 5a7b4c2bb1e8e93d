using Snakepit.Core.Options;

namespace Snakepit.Core.Scripts;

/// <summary>What a person has written about the end of a script.</summary>
/// <param name="ExitMode">The option; null when it is not set.</param>
/// <param name="StopMode">The option.</param>
/// <param name="CleanupTimeout">The option.</param>
/// <param name="ExitVariable">The value of <see cref="ScriptRule.ExitVariable"/>; null when it is not set.</param>
/// <param name="HaltVariable">The value of <see cref="ScriptRule.HaltVariable"/>; null when it is not set.</param>
public readonly record struct ScriptWish(
    ScriptExitMode? ExitMode, ScriptStopMode StopMode, TimeSpan CleanupTimeout, string? ExitVariable, string? HaltVariable);

/// <summary>What has become of a script.</summary>
/// <param name="Started">The script has started its own silo.</param>
/// <param name="Failed">The script, or the start of its silo, has thrown.</param>
/// <param name="Signal">Number of the signal that told the process to end; null for none.</param>
public readonly record struct ScriptFacts(bool Started, bool Failed, int? Signal = null);

/// <summary>How a script ends.</summary>
/// <param name="StopsSilo">The silo, or the host that it belongs to, is stopped.</param>
/// <param name="Cleans">Processes that the stopped silo has left are ended.</param>
/// <param name="Exit">What becomes of the process; never <see cref="ScriptExitMode.Auto"/>.</param>
/// <param name="Status">The exit code of the process, when the script ends it.</param>
/// <param name="Warnings">What a person has written and probably did not mean, one sentence each.</param>
public sealed record ScriptEnd(bool StopsSilo, bool Cleans, ScriptExitMode Exit, int Status, IReadOnlyList<string> Warnings);

/// <summary>
/// Decides how a script ends. The option goes before <see cref="ExitVariable"/>, and that before <see cref="HaltVariable"/>. A script in a
/// silo that ran before it never ends the process, and never cleans up after a silo that goes on. Pure.
/// </summary>
public static class ScriptRule
{
    /// <summary>Names an exit mode: <c>none</c>, <c>auto</c>, <c>stop</c> or <c>halt</c>.</summary>
    public const string ExitVariable = "SNAKEPIT_SCRIPT_EXIT";

    /// <summary>Deprecated: <c>1</c>, <c>true</c>, <c>yes</c> or <c>on</c> stands for the exit mode <c>halt</c>.</summary>
    public const string HaltVariable = "SNAKEPIT_SCRIPT_HALT";

    /// <summary>Shells add the number of a signal to this for a process that a signal has ended.</summary>
    private const int SignalStatus = 128;

    private static readonly string[] Truths = ["1", "true", "yes", "on"];

    /// <summary>How the script ends.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option has a value that there is not.</exception>
    public static ScriptEnd Decide(ScriptWish wish, ScriptFacts facts)
    {
        var warnings = new List<string>();
        var mode = Mode(wish, warnings);
        var stops = wish.StopMode switch
        {
            ScriptStopMode.IfStarted => facts.Started,
            ScriptStopMode.Always => true,
            ScriptStopMode.Never => false,
            _ => throw new ArgumentOutOfRangeException(nameof(wish), wish.StopMode, "No such stop mode."),
        };
        var exit = (mode, facts) switch
        {
            (_, { Started: false }) => ScriptExitMode.None,
            // The process was told to end; a program that went on would need a second signal.
            (ScriptExitMode.None or ScriptExitMode.Auto, { Signal: not null }) => ScriptExitMode.Stop,
            (ScriptExitMode.Auto, _) => ScriptExitMode.Stop,
            _ => mode,
        };
        return new ScriptEnd(
            stops,
            Cleans: stops && facts.Started && wish.CleanupTimeout > TimeSpan.Zero,
            exit,
            facts.Signal is { } signal ? SignalStatus + signal : facts.Failed ? 1 : 0,
            warnings);
    }

    private static ScriptExitMode Mode(ScriptWish wish, List<string> warnings)
    {
        if (wish.ExitMode is { } own)
            return Enum.IsDefined(own) ? own : throw new ArgumentOutOfRangeException(nameof(wish), own, "No such exit mode.");
        if (wish.ExitVariable?.Trim() is { Length: > 0 } word)
        {
            if (Find(word) is { } named)
                return named;
            warnings.Add($"{ExitVariable} is '{word}', which is no exit mode; it is ignored. There are none, auto, stop and halt.");
        }

        if (wish.HaltVariable?.Trim() is not { Length: > 0 } halt || !Truths.Contains(halt, StringComparer.OrdinalIgnoreCase))
            return ScriptExitMode.None;
        warnings.Add($"{HaltVariable} is deprecated: set {ExitVariable} to halt.");
        return ScriptExitMode.Halt;
    }

    /// <summary>By name only: Enum.TryParse would take numbers, too.</summary>
    private static ScriptExitMode? Find(string word)
    {
        foreach (var mode in Enum.GetValues<ScriptExitMode>())
        {
            if (string.Equals(mode.ToString(), word, StringComparison.OrdinalIgnoreCase))
                return mode;
        }

        return null;
    }
}

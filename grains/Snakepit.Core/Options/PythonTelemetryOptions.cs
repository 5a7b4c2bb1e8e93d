using System.IO.Enumeration;

namespace Snakepit.Core.Options;

/// <summary>The section <c>Snakepit:PythonTelemetry</c>: which events of <c>snakepit_bridge.telemetry</c> this silo takes.</summary>
public sealed record PythonTelemetryOptions
{
    [Option("Names of the events that are taken; * stands for any text. Empty takes all.")]
    public IReadOnlyList<string> Allow { get; set; } = [];

    [Option("Names of events that are dropped although they are allowed; * stands for any text.")]
    public IReadOnlyList<string> Deny { get; set; } = [];

    [Option("Share of the allowed events that is taken, each event by itself: 1 takes all, 0.1 every tenth, 0 none.", Min = 0, Max = 1)]
    public double Sampling { get; set; } = 1;

    /// <summary>Whether an event is taken.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="chance">A number in [0, 1), drawn for this event.</param>
    public bool Takes(string name, double chance) =>
        (Allow.Count == 0 || Allow.Any(pattern => Fits(pattern, name)))
        && !Deny.Any(pattern => Fits(pattern, name))
        && chance < Sampling;

    private static bool Fits(string pattern, string name) => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false);
}

namespace Snakepit.Core.Telemetry;

/// <summary>
/// Which tools of a pool have measurements of their own. Their number is bounded, because each name costs memory here and in every
/// system that stores the measurements. A caller may invent names, so only a tool that is known to exist takes one of the places.
/// Not thread-safe.
/// </summary>
public sealed class ToolNames
{
    /// <summary>Tools of one pool that are measured apart; all further ones are <see cref="Other"/>.</summary>
    public const int Most = 100;

    /// <summary>The name under which all other tools are measured together.</summary>
    public const string Other = "other";

    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    /// <summary>The name under which a call is measured.</summary>
    /// <param name="tool">Name of its tool.</param>
    /// <param name="exists">There is such a tool, because a worker announced it or ran it.</param>
    public string Of(string tool, bool exists)
    {
        if (_names.Contains(tool))
            return tool;
        if (!exists || _names.Count >= Most)
            return Other;
        _names.Add(tool);
        return tool;
    }
}

namespace Snakepit.Core.Options;

/// <summary>The section <c>Snakepit:RogueCleanup</c>.</summary>
public sealed record RogueCleanupOptions
{
    [Option("Whether a start ends them at all; the command cleanup does so in any case.", Guide = "rogue_cleanup.enabled")]
    public bool Enabled { get; set; } = true;

    [Option("From asking them to end until they are killed.", Min = 0, Max = 60_000)]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Key of a plain true or false in the place of the section.</summary>
    public const string ShortForm = $"{SnakepitOptions.Section}:{nameof(SnakepitOptions.RogueCleanup)}";

    /// <summary>Key of what it is short for.</summary>
    public const string LongForm = $"{ShortForm}:{nameof(Enabled)}";
}

using Snakepit.Core.Options;

namespace Snakepit.Core.Configuration;

/// <summary>The short form of <see cref="RogueCleanupOptions"/>.</summary>
internal static class RogueCleanupShortForm
{
    /// <summary>Replaces a plain true or false in the place of the section by what it is short for.</summary>
    public static void Expand(ConfigNode section)
    {
        if (!section.Children.TryGetValue(nameof(SnakepitOptions.RogueCleanup), out var node)
            || !bool.TryParse(node.Value, out var enabled))
            return;
        node.Child(nameof(RogueCleanupOptions.Enabled)).Value = enabled ? bool.TrueString : bool.FalseString;
        node.Value = null;
    }
}

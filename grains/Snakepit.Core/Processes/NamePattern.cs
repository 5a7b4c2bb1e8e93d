namespace Snakepit.Core.Processes;

/// <summary>Name of a variable, with <c>*</c> for any characters or none. Compares without case.</summary>
public readonly record struct NamePattern(string Text)
{
    /// <summary>It stands for itself alone.</summary>
    public bool IsName => !Text.Contains('*', StringComparison.Ordinal);

    public bool Matches(string name)
    {
        var parts = Text.Split('*');
        if (parts.Length == 1)
            return name.Equals(Text, StringComparison.OrdinalIgnoreCase);
        var (first, last) = (parts[0], parts[^1]);
        if (name.Length < first.Length + last.Length
            || !name.StartsWith(first, StringComparison.OrdinalIgnoreCase)
            || !name.EndsWith(last, StringComparison.OrdinalIgnoreCase))
            return false;
        var between = name.AsSpan(first.Length, name.Length - first.Length - last.Length);
        foreach (var part in parts.AsSpan(1, parts.Length - 2))
        {
            // The first place that fits leaves the most room for the parts behind it.
            var at = between.IndexOf(part, StringComparison.OrdinalIgnoreCase);
            if (at < 0)
                return false;
            between = between[(at + part.Length)..];
        }

        return true;
    }

    public override string ToString() => Text;
}

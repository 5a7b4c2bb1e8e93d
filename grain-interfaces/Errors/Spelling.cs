namespace Snakepit.Errors;

/// <summary>Finds the name that was probably meant, for errors. Pure.</summary>
public static class Spelling
{
    /// <summary>How <see cref="Hint"/> begins.</summary>
    internal const string Question = " Did you mean '";

    /// <summary>A sentence that offers the nearest name, with a space before it; empty when none is near.</summary>
    /// <param name="name">What a person wrote.</param>
    /// <param name="candidates">Names that there are.</param>
    public static string Hint(string name, IEnumerable<string> candidates) =>
        Closest(name, candidates) is { } near ? $"{Question}{near}'?" : "";

    /// <summary>The nearest of the candidates, or null when none is near. Letter case does not count.</summary>
    /// <param name="name">What a person wrote.</param>
    /// <param name="candidates">Names that there are.</param>
    public static string? Closest(string name, IEnumerable<string> candidates)
    {
        var best = candidates
            .Select(candidate => (candidate, Distance: Distance(name.ToUpperInvariant(), candidate.ToUpperInvariant())))
            .DefaultIfEmpty()
            .MinBy(pair => pair.Distance);
        return best.candidate is { } near && best.Distance <= Most(name, near) ? near : null;
    }

    /// <summary>Two letters, a third of a long name, and never all of a short one: 'b' is no misspelt 'a'.</summary>
    private static int Most(string name, string candidate) =>
        Math.Min(Math.Max(2, name.Length / 3), Math.Max(name.Length, candidate.Length) - 1);

    /// <summary>Levenshtein distance.</summary>
    /// <param name="a">One text.</param>
    /// <param name="b">The other.</param>
    public static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[b.Length];
    }
}

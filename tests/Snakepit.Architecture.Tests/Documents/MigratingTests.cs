using System.Text.RegularExpressions;

namespace Snakepit.Architecture.Tests.Documents;

/// <summary>What the page about the Elixir system's keys says is true of this system's options.</summary>
public sealed partial class MigratingTests
{
    /// <summary>Words of the page that are no options of a silo: of the log, of a client, of the environment, an event, a name.</summary>
    private static readonly string[] Others =
        ["CallExecuted", "Logging", "Logging:LogLevel", "Logging:LogLevel:Default", "MaxAttempts", "PATH", "Snakepit"];

    [Fact]
    public void Every_option_that_a_key_has_become_exists()
    {
        var options = Options().ToHashSet();
        var named =
            from row in Rows("migrating-options.md")
            from Match word in Word().Matches(row[2])
            select word.Groups[1].Value;
        string[] all = [.. named.Distinct().Except(Others)];

        Assert.NotEmpty(all);
        Assert.DoesNotContain(all, option => !options.Contains(option));
    }

    [Fact]
    public void Every_option_with_a_key_of_the_guides_stands_beside_it()
    {
        var page = File.ReadAllText(Path.Combine(House.Root, "docs", "migrating-options.md"));
        var missing =
            from row in Rows("configuration.md")
            where row.Length == 8
            let key = row[5].Trim(' ', '`')
            let starts = new[] { $"`{key}`", $"`{key.Split('.')[^1]}`", $"`{key}." } // a row leaves out the section of its further keys
            where key.Length > 0 && !starts.Any(start => page.Contains(start, StringComparison.Ordinal))
            select key;

        Assert.Empty(missing);
    }

    /// <summary>Every option by its path below <c>Snakepit</c> and below a pool, and by its name alone.</summary>
    private static IEnumerable<string> Options()
    {
        var section = "";
        foreach (var line in File.ReadLines(Path.Combine(House.Root, "docs", "configuration.md")))
        {
            if (Section().Match(line) is { Success: true } heading)
                section = heading.Groups[1].Value;
            if (line.StartsWith("| `", StringComparison.Ordinal))
            {
                var name = line.Split('`')[1];
                yield return name;
                yield return $"{section}:{name}".Replace("Snakepit:", "", StringComparison.Ordinal);
                yield return $"{section}:{name}";
            }
        }
    }

    /// <summary>The cells of each row; the first and the last one are empty.</summary>
    private static IEnumerable<string[]> Rows(string page) =>
        from line in File.ReadLines(Path.Combine(House.Root, "docs", page))
        where line.StartsWith("| `", StringComparison.Ordinal)
        select line.Split('|');

    [GeneratedRegex(@"`([A-Z][A-Za-z]+(?::[A-Z][A-Za-z]+)*)`")]
    private static partial Regex Word();

    [GeneratedRegex(@"^## `(Snakepit[\w:*]*)`")]
    private static partial Regex Section();
}

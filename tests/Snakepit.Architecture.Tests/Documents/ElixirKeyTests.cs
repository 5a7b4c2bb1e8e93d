using System.Text.RegularExpressions;
using Snakepit.Core.Configuration;
using Snakepit.Core.Options;

namespace Snakepit.Architecture.Tests.Documents;

public sealed partial class ElixirKeyTests
{
    /// <summary>A person who writes a key of the page about the Elixir system hears what it is here.</summary>
    [Fact]
    public void Every_key_of_the_page_is_an_option_or_is_told_what_to_write()
    {
        var page = File.ReadAllText(Path.Combine(House.Root, "docs", "migrating-options.md"));
        var table = page[..page.IndexOf("## Environment variables", StringComparison.Ordinal)];
        string[] keys = [.. table.Split('\n').Where(row => row.StartsWith("| `", StringComparison.Ordinal)).SelectMany(Keys)];

        Assert.InRange(keys.Length, 200, 300);
        Assert.DoesNotContain(keys, key => IsStrange(key) && IsStrange($"pools.0.{key}")); // some keys belong to a pool
    }

    private static bool IsStrange(string key) => Said(key).Contains("none here has a similar name", StringComparison.Ordinal);

    /// <summary>The keys of a row. The later ones leave out the section of the first.</summary>
    private static IEnumerable<string> Keys(string row)
    {
        string[] keys = [.. from Match key in Key().Matches(row.Split('|')[1]) select key.Groups[1].Value];
        var section = keys[0][..(keys[0].LastIndexOf('.') + 1)];
        return keys.Select(key => key.Contains('.', StringComparison.Ordinal) ? key : section + key);
    }

    private static string Said(string key)
    {
        var path = key.Replace("*", "any", StringComparison.Ordinal).Replace('.', ':').Replace("_", "", StringComparison.Ordinal);
        var reader = SnakepitOptionsValidator.Fill(new SnakepitOptions(), ConfigNode.FromFlat("Snakepit", [new(path, "1")]));
        return string.Join('\n', reader.Mistakes);
    }

    [GeneratedRegex("`([a-z][a-z0-9_.?]*)[^`]*`")]
    private static partial Regex Key();
}

using Snakepit.TestKit;

namespace Snakepit.Packages.Tests;

/// <summary>README and the documentation show the programs that these tests build and run, letter by letter.</summary>
public sealed class ReadmeTests
{
    [Theory]
    [InlineData("README.md", "frontend/Program.cs", "csharp")]
    [InlineData("docs/hosting.md", "frontend-silo/Program.cs", "csharp")]
    [InlineData("docs/script-mode.md", "myapp/adapter.py", "python")]
    public void This_page_shows_this_file(string page, string file, string language)
    {
        var readme = File.ReadAllText(Path.Combine(Places.Root, page));
        var text = File.ReadAllText(Path.Combine(Places.Root, "samples", "packages", file));

        Assert.Contains($"```{language}\n{text}```", readme, StringComparison.Ordinal);
    }

    /// <summary>The first block of a language on a page.</summary>
    public static string Block(string page, string language)
    {
        var text = File.ReadAllText(Path.Combine(Places.Root, page));
        var start = text.IndexOf($"```{language}\n", StringComparison.Ordinal) + language.Length + 4;
        return text[start..text.IndexOf("```", start, StringComparison.Ordinal)];
    }
}

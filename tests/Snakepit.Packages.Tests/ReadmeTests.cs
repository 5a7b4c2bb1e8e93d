using Snakepit.TestKit;

namespace Snakepit.Packages.Tests;

/// <summary>README shows the programs that these tests build and run, letter by letter.</summary>
public sealed class ReadmeTests
{
    [Theory]
    [InlineData("frontend/Program.cs", "csharp")]
    [InlineData("frontend-silo/Program.cs", "csharp")]
    [InlineData("tool/snakepit.json", "json")]
    [InlineData("myapp/adapter.py", "python")]
    public void Readme_shows_this_file(string file, string language)
    {
        var readme = File.ReadAllText(Path.Combine(Places.Root, "README.md"));
        var text = File.ReadAllText(Path.Combine(Places.Root, "samples", "packages", file));

        Assert.Contains($"```{language}\n{text}```", readme, StringComparison.Ordinal);
    }
}

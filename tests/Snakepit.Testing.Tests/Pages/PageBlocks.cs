using System.Text.RegularExpressions;

namespace Snakepit.Testing.Tests.Pages;

/// <summary>The fenced blocks of README and the documentation.</summary>
internal static partial class PageBlocks
{
    private static readonly Lazy<string> Root = new(FindRoot);

    /// <summary>Where each block of a language begins: <c>docs/calls.md:8</c>.</summary>
    public static IEnumerable<TheoryDataRow<string>> Of(string language) =>
        from page in Pages()
        from line in File.ReadLines(Path.Combine(Root.Value, page)).Index()
        where line.Item.Trim() == $"```{language}"
        select new TheoryDataRow<string>($"{page}:{line.Index + 1}");

    /// <summary>The lines between the fences. A line that is only an ellipsis stands for code that the page leaves out.</summary>
    public static string Read(string place)
    {
        var (page, first) = (place[..place.LastIndexOf(':')], int.Parse(place[(place.LastIndexOf(':') + 1)..]));
        var lines = File.ReadLines(Path.Combine(Root.Value, page)).Skip(first).TakeWhile(line => line.Trim() != "```");
        return string.Join('\n', lines.Select(line => line.Trim() == "…" ? "" : line));
    }

    /// <summary>Languages of the blocks, each once.</summary>
    public static IEnumerable<string> Languages() => Pages()
        .SelectMany(page => Fence().Matches(File.ReadAllText(Path.Combine(Root.Value, page))))
        .Select(match => match.Groups[1].Value)
        .Distinct();

    private static IEnumerable<string> Pages() => Directory
        .EnumerateFiles(Path.Combine(Root.Value, "docs"), "*.md", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(Root.Value, file).Replace('\\', '/'))
        .Order(StringComparer.Ordinal)
        .Prepend("README.md");

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Snakepit.Orleans.sln")))
            folder = folder.Parent!;
        return folder.FullName;
    }

    [GeneratedRegex("^ *```([a-z#]+)", RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex Fence();
}

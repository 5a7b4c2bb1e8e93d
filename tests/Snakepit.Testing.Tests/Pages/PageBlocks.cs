using Snakepit.TestKit.Documents;

namespace Snakepit.Testing.Tests.Pages;

/// <summary>The fenced blocks of README and the documentation, by where they begin: <c>docs/calls.md:8</c>.</summary>
internal static class PageBlocks
{
    private static readonly Dictionary<string, DocumentBlock> All =
        DocumentPage.All.SelectMany(page => page.Blocks).ToDictionary(block => $"{block.Page}:{block.Line}");

    /// <summary>Languages of the blocks, each once.</summary>
    public static IEnumerable<string> Languages => All.Values.Select(block => block.Language).Distinct();

    /// <summary>Where the blocks of a language begin.</summary>
    public static IEnumerable<TheoryDataRow<string>> Of(string language) =>
        All.Where(block => block.Value.Language == language).Select(block => new TheoryDataRow<string>(block.Key));

    /// <summary>The lines between the fences. A line that is only an ellipsis stands for code that the page leaves out.</summary>
    public static string Read(string place) => string.Join('\n', All[place].Lines.Select(line => line.Trim() == "…" ? "" : line));
}

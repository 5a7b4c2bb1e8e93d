using System.Text.RegularExpressions;

namespace Snakepit.TestKit.Documents;

/// <summary>A page of the documentation, as its readers find it.</summary>
/// <param name="Name">Its path from the repository's folder.</param>
/// <param name="Blocks">Its fenced blocks, in their order.</param>
/// <param name="Mentions">Code inside its text and its tables, each on one line.</param>
public sealed partial record DocumentPage(string Name, IReadOnlyList<DocumentBlock> Blocks, IReadOnlyList<string> Mentions)
{
    /// <summary>README and every page of <c>docs</c>.</summary>
    public static IReadOnlyList<DocumentPage> All { get; } =
    [
        .. new[] { "README.md" }
            .Concat(Directory.GetFiles(Path.Combine(Places.Root, "docs"), "*.md", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(Places.Root, file)).Order(StringComparer.Ordinal))
            .Select(Read),
    ];

    /// <summary>What a reader types, from the first line of the page to the last one.</summary>
    public IEnumerable<DocumentCommand> Commands => Blocks.SelectMany(block => block.Commands);

    public override string ToString() => Name;

    private static DocumentPage Read(string name)
    {
        var blocks = new List<DocumentBlock>();
        var text = new List<string>();
        DocumentBlock? open = null;
        foreach (var (number, line) in File.ReadLines(Path.Combine(Places.Root, name)).Index())
        {
            var fence = Fence().Match(line);
            if (!fence.Success && line.TrimStart().StartsWith("```", StringComparison.Ordinal))
                throw new InvalidOperationException($"{name}:{number + 1}: '{line}' is no fence that the tests understand.");
            if (!fence.Success)
            {
                if (open is null)
                    text.Add(line.Trim());
                else
                    open.Lines.Add(line);
            }
            else if (open is null)
            {
                open = new DocumentBlock(fence.Groups[1].Value, name, number + 1);
            }
            else
            {
                blocks.Add(open);
                open = null;
            }
        }

        if (open is not null)
            throw new InvalidOperationException($"{name}:{open.Line}: the block has no end.");
        var mentions = Code().Matches(string.Join('\n', text)).Select(match => match.Groups[1].Value.Replace('\n', ' '));
        return new DocumentPage(name, blocks, [.. mentions]);
    }

    [GeneratedRegex(@"^\s*```(\w*)\s*$")]
    private static partial Regex Fence();

    /// <summary>A code span ends in its own paragraph.</summary>
    [GeneratedRegex(@"`((?:[^`\n]|\n(?!\n))+)`")]
    private static partial Regex Code();
}

using System.Text.RegularExpressions;

namespace Snakepit.Architecture.Tests.Documents;

/// <summary>The ways from page to page.</summary>
public sealed partial class LinkTests
{
    private static readonly string Docs = Path.Combine(House.Root, "docs");

    [Fact]
    public void Every_page_stands_in_the_list_of_pages()
    {
        var listed = Links(Path.Combine(Docs, "README.md")).Select(link => link.Path).ToHashSet();
        var pages = Directory.GetFiles(Docs, "*.md").Select(file => Path.GetFileName(file)).Where(name => name != "README.md");

        Assert.DoesNotContain(pages, page => !listed.Contains(page));
    }

    [Fact]
    public void Every_link_leads_to_a_file_and_to_a_heading_of_it()
    {
        var pages = Directory.GetFiles(Docs, "*.md", SearchOption.AllDirectories).Append(Path.Combine(House.Root, "README.md"));
        var broken =
            from page in pages
            from link in Links(page)
            where !Exists(page, link)
            select $"{Path.GetRelativePath(House.Root, page)}: {link.Path}#{link.Heading}";

        Assert.Empty(broken);
    }

    private static bool Exists(string page, Link link)
    {
        var target = link.Path.Length == 0 ? page : Path.Combine(Path.GetDirectoryName(page)!, link.Path);
        return Path.Exists(target) && (link.Heading.Length == 0 || Headings(target).Contains(link.Heading));
    }

    private static IEnumerable<Link> Links(string page) =>
        from Match match in Target().Matches(File.ReadAllText(page))
        where !match.Groups[1].Value.Contains(':', StringComparison.Ordinal)
        select new Link(match.Groups[1].Value, match.Groups[2].Value);

    /// <summary>Headings as GitHub names them in addresses.</summary>
    private static IEnumerable<string> Headings(string page) =>
        from line in File.ReadLines(page)
        where line.StartsWith('#')
        select Punctuation().Replace(line.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-');

    /// <param name="Path">From the page's folder; empty for the page itself.</param>
    /// <param name="Heading">Empty for the whole page.</param>
    private sealed record Link(string Path, string Heading);

    [GeneratedRegex(@"\]\(([^)\s#]*)#?([^)\s]*)\)")]
    private static partial Regex Target();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex Punctuation();
}

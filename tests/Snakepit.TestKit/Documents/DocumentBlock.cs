namespace Snakepit.TestKit.Documents;

/// <summary>
/// A fenced block of a page. Each line of a <c>bash</c> block is a command. In a <c>console</c> block the lines that begin with
/// <c>$ </c> are commands, and the lines below a command are what it prints. Other blocks have no commands.
/// </summary>
/// <param name="Language">The word behind the fence.</param>
/// <param name="Page">Its page.</param>
/// <param name="Line">Number of the fence's line on the page.</param>
public sealed record DocumentBlock(string Language, string Page, int Line)
{
    private const string Prompt = "$ ";

    public List<string> Lines { get; } = [];

    /// <summary>Its commands in their order.</summary>
    public IEnumerable<DocumentCommand> Commands => Language switch
    {
        "bash" => Lines.Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#').Select(line => Command(line, [])),
        "console" => Lines.Index().Where(line => IsPrompt(line.Item)).Select(
            line => Command(line.Item[Prompt.Length..], [.. Lines.Skip(line.Index + 1).TakeWhile(next => !IsPrompt(next))])),
        _ => [],
    };

    /// <summary>Its lines that are no commands.</summary>
    public IEnumerable<string> Others => Language switch
    {
        "bash" => [],
        "console" => Lines.Where(line => !IsPrompt(line)),
        _ => Lines,
    };

    private static bool IsPrompt(string line) => line.StartsWith(Prompt, StringComparison.Ordinal);

    private DocumentCommand Command(string text, string[] shown) => new(text, Page, shown);
}

/// <summary>One command of a page.</summary>
/// <param name="Text">The line, as a shell reads it.</param>
/// <param name="Page">Its page.</param>
/// <param name="Shown">What the page shows of its output.</param>
public sealed record DocumentCommand(string Text, string Page, IReadOnlyList<string> Shown);

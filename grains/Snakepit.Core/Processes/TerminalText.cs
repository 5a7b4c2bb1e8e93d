using System.Buffers;
using System.Globalization;
using System.Text;

namespace Snakepit.Core.Processes;

/// <summary>
/// Makes text of others fit for a terminal: control characters move its cursor, set its title, write to its clipboard or answer for
/// its user, and overrides of the writing direction show text in another order than it has (CVE-2021-42574).
/// </summary>
public static class TerminalText
{
    private const char FirstC1 = '\u0080', LastC1 = '\u009f', Delete = '\u007f';

    private static readonly SearchValues<char> Commands = SearchValues.Create(
    [
        .. Enumerable.Range(0, ' ').Select(code => (char)code).Where(letter => letter is not ('\t' or '\n')),
        Delete,
        .. Enumerable.Range(FirstC1, LastC1 - FirstC1 + 1).Select(code => (char)code),
        '\u061c', '\u200e', '\u200f', '\u2028', '\u2029',
        .. Enumerable.Range(0x202a, 5).Select(code => (char)code), // embeddings and overrides
        .. Enumerable.Range(0x2066, 4).Select(code => (char)code), // isolates
    ]);

    /// <summary>Puts the escaped text on one line, so that its author cannot add lines to a log.</summary>
    public static string Line(string text) => Escape(text).Replace("\n", "\\n", StringComparison.Ordinal);

    /// <summary>
    /// The text with every such character as <c>\u001b</c>; tabs and ends of lines stay. Inside JSON it says the same as before.
    /// </summary>
    public static string Escape(string text)
    {
        var at = text.AsSpan().IndexOfAny(Commands);
        if (at < 0)
            return text;
        var escaped = new StringBuilder(text.Length + 16);
        var rest = text.AsSpan();
        while (at >= 0)
        {
            escaped.Append(rest[..at]).Append(CultureInfo.InvariantCulture, $"\\u{(int)rest[at]:x4}");
            rest = rest[(at + 1)..];
            at = rest.IndexOfAny(Commands);
        }

        return escaped.Append(rest).ToString();
    }
}

using Snakepit.Core.Processes;

namespace Snakepit.Core.Tests.Processes;

public sealed class TerminalTextTests
{
    [Theory]
    [InlineData("plain text, ä€😀", "plain text, ä€😀")]
    [InlineData("tab\tand\nline", "tab\tand\nline")]
    [InlineData("", "")]
    [InlineData("\u001b[2J", "\\u001b[2J")]
    [InlineData("\u001b]52;c;cm0=\u0007", "\\u001b]52;c;cm0=\\u0007")]
    [InlineData("\u009b2J", "\\u009b2J")]
    [InlineData("a\rb\0", "a\\u000db\\u0000")]
    [InlineData("\u007f", "\\u007f")]
    [InlineData("user\u202enimda", "user\\u202enimda")]
    [InlineData("\u2066x\u2069", "\\u2066x\\u2069")]
    [InlineData("\u00a0", "\u00a0")]
    public void What_commands_a_terminal_is_escaped(string text, string escaped) => Assert.Equal(escaped, TerminalText.Escape(text));

    [Fact]
    public void Harmless_text_is_not_copied()
    {
        var text = new string('x', 100);

        Assert.Same(text, TerminalText.Escape(text));
    }
}

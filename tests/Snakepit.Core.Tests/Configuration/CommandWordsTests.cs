using Snakepit.Core.Configuration;

namespace Snakepit.Core.Tests.Configuration;

public sealed class CommandWordsTests
{
    [Theory]
    [InlineData("")]
    [InlineData("--Snakepit:A=1 --Snakepit:B 2 --Logging:LogLevel:Default=Debug")]
    [InlineData("--Snakepit:A=")]
    public void Options_with_values_are_fine(string line) => Assert.Null(Flaw(line));

    [Theory]
    [InlineData("stray", "'stray' on the command line belongs to nothing")]
    [InlineData("--Snakepit:A=1 8", "'8' on the command line belongs to nothing")]
    [InlineData("-x", "'-x' on the command line belongs to nothing")]
    [InlineData("--", "'--' on the command line belongs to nothing")]
    [InlineData("--Snakepit:A", "The option --Snakepit:A has no value. Write --Snakepit:A=value.")]
    [InlineData("--Snakepit:A --Snakepit:B=1", "The option --Snakepit:A has no value")]
    [InlineData("--colour red", "There is no option --colour")]
    public void A_word_that_would_be_ignored_is_named(string line, string said) =>
        Assert.Contains(said, Flaw(line), StringComparison.Ordinal);

    private static string? Flaw(string line) => CommandWords.Flaw(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}

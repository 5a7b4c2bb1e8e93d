using Snakepit.Core.Processes;

namespace Snakepit.Core.Tests.Processes;

public sealed class NamePatternTests
{
    [Theory]
    [InlineData("PATH", "PATH")]
    [InlineData("PATH", "Path")]
    [InlineData("*", "")]
    [InlineData("*", "ANYTHING")]
    [InlineData("LC_*", "LC_ALL")]
    [InlineData("LC_*", "LC_")]
    [InlineData("*_KEY", "SIGNING_KEY")]
    [InlineData("*TOKEN*", "TOKEN")]
    [InlineData("*TOKEN*", "MY_TOKEN_FILE")]
    [InlineData("A*B*C", "ABC")]
    [InlineData("A*B*C", "A1B2BC3C")]
    [InlineData("A**B", "AB")]
    public void It_matches(string pattern, string name) => Assert.True(new NamePattern(pattern).Matches(name));

    [Theory]
    [InlineData("PATH", "PATHEXT")]
    [InlineData("LC_*", "ALC_ALL")]
    [InlineData("*_KEY", "KEYBOARD_KEYS")]
    [InlineData("AB*BA", "ABA")]
    [InlineData("A*B*C", "AC")]
    [InlineData("A*BB*C", "ABC")]
    [InlineData("", "A")]
    [InlineData(".*", "AB")]
    public void It_does_not_match(string pattern, string name) => Assert.False(new NamePattern(pattern).Matches(name));
}

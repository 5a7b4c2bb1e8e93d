using Snakepit.Errors;

namespace Snakepit.Core.Tests.Errors;

public sealed class SpellingTests
{
    [Theory]
    [InlineData("extar", " Did you mean 'extra'?")]
    [InlineData("EXTRA", " Did you mean 'extra'?")]
    [InlineData("gpu", " Did you mean 'cpu'?")]
    [InlineData("a", "")]
    [InlineData("xy", "")]
    [InlineData("nowhere", "")]
    public void A_name_is_answered_with_the_nearest_one_if_one_is_near(string name, string hint) =>
        Assert.Equal(hint, Spelling.Hint(name, ["default", "extra", "cpu", "b"]));

    [Fact]
    public void Without_names_there_is_no_hint() => Assert.Equal("", Spelling.Hint("default", []));
}

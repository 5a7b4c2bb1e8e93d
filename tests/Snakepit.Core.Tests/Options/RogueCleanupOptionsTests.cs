using Snakepit.Core.Configuration;

namespace Snakepit.Core.Tests.Options;

public sealed class RogueCleanupOptionsTests
{
    [Theory]
    [InlineData("RogueCleanup", "false", false)]
    [InlineData("RogueCleanup", "True", true)]
    [InlineData("RogueCleanup:Enabled", "false", false)]
    [InlineData("RogueCleanup:Timeout", "5s", true)]
    public void It_has_a_short_and_a_long_form(string key, string value, bool enabled)
    {
        var options = SnakepitOptionsValidator.Read(ConfigNode.FromFlat("Snakepit", [new(key, value)]), needsPools: false);

        Assert.Equal(enabled, options.RogueCleanup.Enabled);
    }

    [Fact]
    public void Anything_else_in_the_short_form_is_a_mistake()
    {
        var error = Assert.Throws<InvalidOptionsException>(
            () => SnakepitOptionsValidator.Read(ConfigNode.FromFlat("Snakepit", [new("RogueCleanup", "no")]), needsPools: false));

        Assert.Equal("Snakepit:RogueCleanup", Assert.Single(error.Mistakes).Path);
    }
}

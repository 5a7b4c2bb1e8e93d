using Snakepit.Client.Routing;
using Snakepit.Errors;

namespace Snakepit.Client.Tests;

/// <summary>What may be in a call's metadata, and what a wrong one is told.</summary>
public sealed class MetadataTests
{
    [Fact]
    public void Allowed_entries_travel_as_they_are()
    {
        var metadata = Enumerable.Range(0, 31).ToDictionary(number => $"{number}", _ => "")
            .Append(new("A-z_0." + new string('n', 58), new string('€', 1024))).ToDictionary();

        Assert.Equal(metadata, Describe(metadata).Metadata);
    }

    [Fact]
    public void No_metadata_costs_nothing()
    {
        Assert.Null(Describe(null).Metadata);
        Assert.Null(Describe([]).Metadata);
    }

    [Fact]
    public void A_later_change_does_not_reach_the_call()
    {
        var metadata = new Dictionary<string, string> { ["tenant"] = "acme" };
        var request = Describe(metadata);

        metadata["tenant"] = "other";

        Assert.Equal("acme", request.Metadata!["tenant"]);
    }

    [Fact]
    public void Too_many_entries_are_refused_with_number_and_limit() => Refused(
        Enumerable.Range(0, 33).ToDictionary(number => $"{number}", _ => ""), "33 entries", "32 are allowed");

    [Theory]
    [InlineData("", "has 0 characters", "1 to 64")]
    [InlineData("a b", "U+0020", "ASCII letters")]
    [InlineData("ä", "U+00E4", "ASCII letters")]
    [InlineData("a:b", "Character 2", "U+003A")]
    public void A_name_that_cannot_travel_is_refused(string name, params string[] said) =>
        Refused(new Dictionary<string, string> { [name] = "" }, said);

    [Fact]
    public void A_long_name_is_refused_with_its_length() =>
        Refused(new Dictionary<string, string> { [new string('n', 65)] = "" }, "has 65 characters", "1 to 64");

    [Theory]
    [InlineData("a\nb", "Character 2", "U+000A")]
    [InlineData("\u007f", "U+007F", "'name'")]
    public void A_value_with_control_characters_is_refused(string value, params string[] said) =>
        Refused(new Dictionary<string, string> { ["name"] = value }, said);

    [Fact]
    public void Half_a_character_is_refused() =>
        Refused(new Dictionary<string, string> { ["name"] = "😀"[..1] }, "'name'", "U+D83D");

    [Fact]
    public void A_long_value_is_refused_with_its_length() =>
        Refused(new Dictionary<string, string> { ["name"] = new string('v', 1025) }, "'name'", "1025 characters", "1024 are allowed");

    private static Execution.ToolRequest Describe(Dictionary<string, string>? metadata) =>
        RequestMaker.Describe("tool", "{}"u8.ToArray(), new ToolCallOptions { Metadata = metadata });

    private static void Refused(Dictionary<string, string> metadata, params string[] said)
    {
        var error = Assert.Throws<SnakepitException>(() => Describe(metadata));

        Assert.Equal((SnakepitErrorCode.InvalidRequest, Outcome.NotStarted), (error.Code, error.Outcome));
        Assert.All(said, text => Assert.Contains(text, error.Message, StringComparison.Ordinal));
    }
}

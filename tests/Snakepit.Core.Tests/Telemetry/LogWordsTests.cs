using Snakepit.Silo.Serving;

namespace Snakepit.Core.Tests.Telemetry;

public sealed class LogWordsTests
{
    [Theory]
    [InlineData("puul", "pool")]
    [InlineData("workers", "worker")]
    [InlineData("startupp", "startup")]
    public void A_text_that_is_nearly_a_word_is_taken_for_it(string text, string meant) => Assert.Equal(meant, LogWords.Meant(text));

    [Theory]
    [InlineData("pool")]
    [InlineData("POOL")]
    [InlineData("Snakepit.Pool")]
    [InlineData("Default")]
    [InlineData("Orleans")]
    [InlineData("Polly")]
    [InlineData("OpenTelemetry")]
    public void A_word_and_a_category_are_what_they_are(string text) => Assert.Null(LogWords.Meant(text));

    [Fact]
    public void A_word_may_stand_for_several_categories()
    {
        Assert.Contains("Snakepit.Silo", LogWords.Categories("Startup"));
        Assert.Equal(["Orleans"], LogWords.Categories("Orleans"));
    }
}

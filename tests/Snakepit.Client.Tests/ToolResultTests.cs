using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Snakepit.Errors;
using Snakepit.Execution;

namespace Snakepit.Client.Tests;

public sealed class ToolResultTests
{
    [Fact]
    public void A_plain_result_is_read_as_the_type_asked_for() =>
        Assert.Equal(new Point(1, 2), Result("""{"x":1,"y":2}""").As<Point>());

    [Fact]
    public void Bytes_at_the_top_are_bytes()
    {
        var result = Result("""{"$attachment":"result"}""", new Attachment("result", [1, 2, 3]));

        Assert.Equal([1, 2, 3], result.As<byte[]>());
        Assert.Equal([1, 2, 3], result.Bytes!.Value.ToArray());
    }

    [Fact]
    public void Bytes_anywhere_inside_take_their_place()
    {
        var result = Result(
            """{"pages":[{"scan":{"$attachment":"a1"}},{"scan":{"$attachment":"a2"}}]}""",
            new Attachment("a1", [1]),
            new Attachment("a2", [2]));

        Assert.Equal([1, 2], result.As<Book>().Pages.Select(page => page.Scan.Single()).ToArray());
    }

    [Fact]
    public void A_result_without_bytes_has_none() => Assert.Null(Result("3").Bytes);

    [Fact]
    public void An_object_that_only_looks_like_a_placeholder_stays_what_it_is() =>
        Assert.Equal("""{"$attachment":"unknown"}""", Result("""{"$attachment":"unknown"}""").WithBytesInline()!.ToJsonString());

    [Fact]
    public void What_does_not_fit_says_which_tool_and_which_type()
    {
        var error = Assert.Throws<SnakepitException>(() => Result("\"text\"").As<int>());

        Assert.Equal((SnakepitErrorCode.ResultNotReadable, Outcome.Ran), (error.Code, error.Outcome));
        Assert.Contains("'demo'", error.Message, StringComparison.Ordinal);
        Assert.Contains("Int32", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_in_a_deep_result_take_their_place()
    {
        var result = Nested(levels: 900);

        Assert.Null(result.Bytes);
        Assert.Equal($"{new string('[', 900)}\"AQI=\"{new string(']', 900)}", result.WithBytesInline()!.ToJsonString());
    }

    [Fact]
    public void Options_say_how_deep_a_result_is_read()
    {
        var deep = Nested(levels: 100);

        var error = Assert.Throws<SnakepitException>(() => deep.As<JsonNode>());
        var node = Nested(levels: 100, new JsonSerializerOptions { MaxDepth = 200 }).As<JsonNode>();

        Assert.Equal(SnakepitErrorCode.ResultNotReadable, error.Code);
        Assert.StartsWith(new string('[', 100), node.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_result_with_bytes_that_is_deeper_still_is_not_readable_and_its_tool_has_run()
    {
        var result = Nested(levels: 1001);

        Assert.All<Func<object?>>([() => result.Bytes, () => result.WithBytesInline(), () => result.As<string>()], read =>
        {
            var error = Assert.Throws<SnakepitException>(read);
            Assert.Equal((SnakepitErrorCode.ResultNotReadable, Outcome.Ran), (error.Code, error.Outcome));
            Assert.Contains("1000 levels", error.Message, StringComparison.Ordinal);
        });
    }

    /// <summary>Lists in each other around two bytes.</summary>
    private static ToolResult Nested(int levels, JsonSerializerOptions? options = null) => new(
        new ToolReply
        {
            Value = Encoding.UTF8.GetBytes($$"""{{new string('[', levels)}}{"$attachment":"a"}{{new string(']', levels)}}"""),
            Attachments = [new Attachment("a", [1, 2])],
        },
        "demo", "default", "silo", default, options ?? new SnakepitClientOptions().Json);

    private static ToolResult Result(string json, params Attachment[] attachments) => new(
        new ToolReply { Value = Encoding.UTF8.GetBytes(json), Attachments = attachments.Length == 0 ? null : attachments },
        "demo", "default", "silo", default, new SnakepitClientOptions().Json);

    private sealed record Point(int X, int Y);

    private sealed record Book(Page[] Pages);

    private sealed record Page(byte[] Scan);
}

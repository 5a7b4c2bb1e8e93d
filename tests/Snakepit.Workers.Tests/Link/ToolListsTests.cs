using Google.Protobuf;
using Google.Protobuf.Collections;
using Snakepit.Protos.V1;
using Snakepit.Workers.Link;

namespace Snakepit.Workers.Tests.Link;

public sealed class ToolListsTests
{
    [Fact]
    public void Workers_that_say_the_same_share_one_list()
    {
        var lists = new ToolLists();

        var first = lists.Take("a.A", Said("""{"type":"object"}"""));

        Assert.Same(first, lists.Take("a.A", Said("""{"type":"object"}""")));
        Assert.NotSame(first, lists.Take("b.B", Said("""{"type":"object"}""")));
        Assert.NotSame(first, lists.Take("a.A", Said("{}")));
        Assert.Equal("""{"type":"object"}""", first[0].ArgumentsSchema);
    }

    [Theory]
    [InlineData("")]
    [InlineData("no json")]
    [InlineData("[]")]
    public void What_is_no_schema_allows_anything(string said) =>
        Assert.Equal("{}", new ToolLists().Take("a.A", Said(said))[0].ArgumentsSchema);

    private static RepeatedField<ToolInfo> Said(string schema) =>
        [new ToolInfo { Name = "one", ArgumentsSchema = ByteString.CopyFromUtf8(schema), Notes = { "a note" } }];
}

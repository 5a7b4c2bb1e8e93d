using Snakepit.Core.Tools;
using Snakepit.Identity;
using Snakepit.Tools;

namespace Snakepit.Core.Tests.Tools;

public sealed class ToolMergeTests
{
    [Fact]
    public void Tools_of_silos_that_say_the_same_are_listed_once_and_by_name()
    {
        var merged = ToolMerge.Merge("ml", [Shard("b", Tool("two"), Tool("one")), Shard("a", Tool("one"), Tool("two"))], ["c"]);

        Assert.Equal(["one", "two"], merged.Tools.Select(tool => tool.Name));
        Assert.Empty(merged.Differing);
        Assert.Equal(["a", "b"], merged.Silos);
        Assert.Equal(["c"], merged.SilentSilos);
    }

    [Fact]
    public void A_tool_that_silos_describe_differently_or_that_one_has_not_is_named()
    {
        var merged = ToolMerge.Merge(
            "ml", [Shard("b", Tool("one", "(x)"), Tool("new")), Shard("a", Tool("one", "()"), Tool("same")), Shard("c", Tool("same"))], []);

        Assert.Equal(["new", "one", "same"], merged.Differing);
        Assert.Equal("()", merged.Tools.Single(tool => tool.Name == "one").Signature);
    }

    [Fact]
    public void A_silo_on_which_no_worker_has_been_ready_takes_nothing_from_the_list()
    {
        var starting = new ShardTools { Shard = new ShardId("ml", "a") };

        var merged = ToolMerge.Merge("ml", [starting, Shard("b", Tool("one")) with { TakesAnyName = true }], []);

        Assert.Equal("one", Assert.Single(merged.Tools).Name);
        Assert.Empty(merged.Differing);
        Assert.Equal(["a", "b"], merged.Silos);
        Assert.Equal(["a"], merged.StartingSilos);
        Assert.True(merged.TakesAnyName);
    }

    [Fact]
    public void Notes_count_by_their_texts()
    {
        var one = Tool("one") with { Notes = ["a"] };

        Assert.True(one.SaysTheSameAs(Tool("one") with { Notes = ["a"] }));
        Assert.False(one.SaysTheSameAs(Tool("one") with { Notes = ["b"] }));
        Assert.False(one.SaysTheSameAs(Tool("one") with { Notes = ["a"], Idempotent = true }));
    }

    private static ToolDescription Tool(string name, string signature = "()") => new() { Name = name, Signature = signature };

    private static ShardTools Shard(string silo, params ToolDescription[] tools) =>
        new() { Shard = new ShardId("ml", silo), IsKnown = true, Tools = tools };
}

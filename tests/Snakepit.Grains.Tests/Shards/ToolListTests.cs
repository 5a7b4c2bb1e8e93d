using Snakepit.Errors;
using Snakepit.TestKit;

namespace Snakepit.Grains.Tests.Shards;

public sealed class ToolListTests(TwoSilos silos) : IClassFixture<TwoSilos>
{
    [Fact]
    public async Task A_client_lists_the_tools_of_a_pool()
    {
        var tools = await Eventually.SeeAsync(
            () => silos.Client.ListToolsAsync("whole"),
            list => list.Silos.Length == 2 && list.StartingSilos.Length == 0,
            what: "a worker of each silo has said what it has");

        Assert.Equal(["wait", "who"], tools.Tools.Select(tool => tool.Name));
        Assert.Equal("() -> str", tools.Tools[1].Signature);
        Assert.Empty(tools.Differing);
    }

    [Fact]
    public async Task A_pool_whose_workers_do_not_start_knows_no_tools_and_a_pool_that_is_not_there_is_an_error()
    {
        var broken = await silos.Client.ListToolsAsync("broken");
        var error = await Assert.ThrowsAsync<SnakepitException>(() => silos.Client.ListToolsAsync("nowhere"));

        Assert.Empty(broken.Tools);
        Assert.Equal(2, broken.StartingSilos.Length);
        Assert.Equal(SnakepitErrorCode.PoolNotFound, error.Code);
        Assert.Contains("whole", error.Message, StringComparison.Ordinal);
    }
}

using System.Text.Json.Nodes;
using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Control;

/// <summary><c>snakepit workers</c>: every worker of the cluster, asked for at any silo.</summary>
[Collection(nameof(ControlledCluster))]
public sealed class WorkersTests(ControlledCluster cluster)
{
    [Fact]
    public async Task One_table_has_every_worker_of_every_pool_of_every_silo()
    {
        var workers = await WorkersAsync();

        var (first, second) = (cluster.First.Name, cluster.Second.Name);
        string[] all = [$"{first} default 0", $"{second} default 0", $"{second} extra 0", $"{second} extra 1"];
        Assert.Equal(
            all.Order(StringComparer.Ordinal), workers.Select(worker => $"{worker["silo"]} {worker["pool"]} {worker["slot"]}"));
        var table = (await AskAsync()).Output;
        Assert.All(workers, worker => Assert.Matches(
            $@"{worker["silo"]}\s+{worker["pool"]}\s+{worker["slot"]}\s+{worker["generation"]}\s+{worker["pid"]}\s+Ready\s+[0-9]+ s\s+"
                + @"0/1\s+[0-9]+\s+[0-9]+ MB",
            table));
    }

    [Fact]
    public async Task Pool_and_silo_leave_the_others_out()
    {
        Assert.Equal(2, (await WorkersAsync("extra")).Count);
        Assert.Equal(3, (await WorkersAsync("--silo", cluster.Second.Name)).Count);
        var only = Assert.Single(await WorkersAsync("default", "--silo", cluster.First.Name));
        Assert.Equal(cluster.First.Name, only["silo"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("There is no pool 'extar' in the cluster. Did you mean 'extra'? Known pools: default, extra.", "extar")]
    [InlineData("There is no silo '{first}x' in the cluster. Did you mean '{first}'? Its silos: ", "--silo", "{first}x")]
    [InlineData("There is no silo 'nowhere' in the cluster. Its silos: ", "--silo", "nowhere")]
    [InlineData("There is no pool 'extra' on a silo '{first}'. 'snakepit silos' lists", "extra", "--silo", "{first}")]
    public async Task A_name_that_is_not_there_is_one_sentence(string says, params string[] arguments)
    {
        var (code, output, errors) = await AskAsync([.. arguments.Select(Fill)]);

        Assert.Equal((1, ""), (code, output));
        Assert.Contains(Fill(says), errors, StringComparison.Ordinal);
        Assert.Single(errors.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task One_order_replaces_every_worker_of_every_pool_of_every_silo()
    {
        var before = (await WorkersAsync()).Select(worker => $"{worker["pid"]}").ToList();

        var (code, output, _) = await SnakepitCommand.RunAsync("recycle", "--all", "--url", $"{cluster.First.Url}");

        Assert.Equal((0, "default: 2 workers will be replaced.\nextra: 2 workers will be replaced.\n"), (code, output));
        await cluster.First.SeeAsync(
            () => WorkersAsync(),
            workers => workers.Count == before.Count
                && workers.All(worker => worker["state"]!.GetValue<string>() == "Ready" && !before.Contains($"{worker["pid"]}")),
            "every worker is another one",
            TimeSpan.FromMinutes(2));
    }

    [Fact]
    public async Task All_pools_and_one_pool_is_no_order()
    {
        var (code, _, errors) = await SnakepitCommand.RunAsync("recycle", "--all", "--pool", "extra", "--url", $"{cluster.First.Url}");

        Assert.Equal(1, code);
        Assert.Contains("Expected either --all, or --pool and --worker.", errors, StringComparison.Ordinal);
    }

    private string Fill(string text) => text.Replace("{first}", cluster.First.Name, StringComparison.Ordinal);

    /// <summary>As JSON; a silo that was too busy to answer is asked again.</summary>
    private async Task<IReadOnlyList<JsonNode>> WorkersAsync(params string[] arguments)
    {
        var document = await Eventually.SeeAsync(
            async () => JsonNode.Parse((await AskAsync([.. arguments, "--json"])).Output)!,
            document => document["silentSilos"]!.AsArray().Count == 0);
        return [.. document["workers"]!.AsArray().Select(worker => worker!)];
    }

    private Task<(int Code, string Output, string Errors)> AskAsync(params string[] arguments) =>
        SnakepitCommand.RunAsync(["workers", .. arguments, "--url", $"{cluster.First.Url}"]);
}

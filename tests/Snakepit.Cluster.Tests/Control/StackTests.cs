using System.Net;
using System.Text.Json.Nodes;
using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Control;

/// <summary><c>snakepit stack</c>: what the workers of the cluster do, asked for at any silo.</summary>
[Collection(nameof(ControlledCluster))]
public sealed class StackTests(ControlledCluster cluster) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("snakepit-stack-").FullName;

    private string Gate => Path.Combine(_folder, "gate");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task One_command_shows_what_every_worker_does_and_their_calls_go_on()
    {
        var begun = Path.Combine(_folder, "begun");
        var call = cluster.Second.CallAsync("wait_for", new { path = Gate, begun }, pool: ControlledCluster.Extra);
        await Eventually.HoldsAsync(() => File.Exists(begun));

        var (code, output, _) = await AskAsync();

        Assert.Equal(0, code);
        var (first, second) = (cluster.First.Name, cluster.Second.Name);
        string[] all = [$"default@{first}#0", $"default@{second}#0", $"extra@{second}#0", $"extra@{second}#1"];
        Assert.All(all, worker => Assert.Matches(
            $@"{worker}\.[0-9]+ \(process [0-9]+\)\n(No call runs|Thread MainThread runs wait_for, request [0-9]+)", output));
        Assert.Single(output.Split(" runs wait_for, ")[..^1]);

        await File.WriteAllTextAsync(Gate, "");
        Assert.Equal((HttpStatusCode.OK, "\"opened\""), ((await call).Status, (await call).Body));
        Assert.DoesNotContain("most recent call first", cluster.Second.Output, StringComparison.Ordinal);
        Assert.Equal(
            ("0", "0"), ($"{(await ExtraAsync())["workerDeaths"]}", $"{(await ExtraAsync())["errors"]}"));
    }

    [Fact]
    public async Task A_worker_that_stands_still_is_one_line_and_the_others_answer()
    {
        var pids = await cluster.Second.WorkerPidsAsync(ControlledCluster.Extra);
        HostProcess.Signal(pids[1], "STOP");
        try
        {
            var (code, output, _) = await AskAsync(ControlledCluster.Extra);

            Assert.Equal(0, code);
            Assert.Contains($"(process {pids[1]})\nIt has not answered within 3 s.\n", output, StringComparison.Ordinal);
            Assert.Contains($"(process {pids[0]})\nNo call runs.\n", output, StringComparison.Ordinal);
        }
        finally
        {
            HostProcess.Signal(pids[1], "CONT");
        }
    }

    [Fact]
    public async Task Pool_silo_slot_and_name_leave_the_others_out()
    {
        Assert.Equal([$"extra@{cluster.Second.Name}#1"], await SlotsAsync($"extra@{cluster.Second.Name}#1"));
        Assert.Equal([$"default@{cluster.Second.Name}#0"], await SlotsAsync("default", "--silo", cluster.Second.Name));
        Assert.Equal([$"extra@{cluster.Second.Name}#1"], await SlotsAsync("--slot", "1"));
    }

    [Theory]
    [InlineData("There is no pool 'extar' in the cluster. Did you mean 'extra'? Known pools: default, extra.", "extar@SECOND#0")]
    [InlineData("No worker 'extra@SECOND#7' runs. Did you mean 'extra@SECOND#", "extra@SECOND#7")]
    [InlineData("No worker 'extra@SECOND#0.9999' runs. ", "extra@SECOND#0.9999")]
    [InlineData("The name 'extra@SECOND#0' says silo and slot: leave those out.", "extra@SECOND#0", "--slot", "0")]
    [InlineData("'extra@SECOND' is no worker; expected pool@silo#slot or pool@silo#slot.generation", "extra@SECOND")]
    [InlineData("There is no pool 'extar' in the cluster. Did you mean 'extra'? Known pools: default, extra.", "extar")]
    [InlineData("There is no silo 'nowhere' in the cluster. Its silos: ", "--silo", "nowhere")]
    [InlineData("No worker runs in slot 7; 'snakepit workers' lists them with their slots.", "default", "--slot", "7")]
    public async Task What_is_not_there_is_one_sentence(string says, params string[] arguments)
    {
        var (code, output, errors) = await AskAsync([.. arguments.Select(Named)]);

        Assert.Equal((1, ""), (code, output));
        Assert.Contains(Named(says), errors, StringComparison.Ordinal);
        Assert.Single(errors.TrimEnd().Split('\n'));
    }

    private string Named(string text) => text.Replace("SECOND", cluster.Second.Name, StringComparison.Ordinal);

    /// <summary>The door remembers for a second which pools are missing.</summary>
    [Theory]
    [InlineData("stack", "extra")]
    [InlineData("scale", "extra", "--size", "2")]
    public async Task An_order_to_a_silo_without_the_pool_does_not_hide_the_pool_from_callers(params string[] order)
    {
        var (_, _, errors) = await SnakepitCommand.RunAsync([.. order, "--silo", cluster.First.Name, "--url", $"{cluster.First.Url}"]);
        var call = await cluster.First.CallAsync("add", new { a = 1, b = 2 }, pool: ControlledCluster.Extra);

        Assert.Contains($"There is no pool 'extra' on a silo '{cluster.First.Name}'.", errors, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.OK, "3"), (call.Status, call.Body));
    }

    private async Task<JsonNode> ExtraAsync() => await cluster.Second.PoolAsync(ControlledCluster.Extra);

    private async Task<string[]> SlotsAsync(params string[] arguments) =>
    [
        .. (await AskAsync(arguments)).Output.Split('\n').Where(line => line.Contains(" (process ", StringComparison.Ordinal))
            .Select(line => line[..line.LastIndexOf('.')]),
    ];

    /// <summary>A silo that was too busy to answer is asked again.</summary>
    private Task<(int Code, string Output, string Errors)> AskAsync(params string[] arguments) => Eventually.SeeAsync(
        () => SnakepitCommand.RunAsync(["stack", .. arguments, "--url", $"{cluster.First.Url}"]),
        answer => !answer.Output.Contains("Silos that did not answer", StringComparison.Ordinal));
}

using System.Net;
using System.Text.Json.Nodes;
using Snakepit.TestKit;
using Snakepit.TestKit.Clusters;

namespace Snakepit.Cluster.Tests.Silos;

/// <summary>Silos that operators take out of service, from any silo of the cluster.</summary>
public sealed class DrainTests(SharedPostgres postgres) : IDisposable
{
    private readonly string _gate = Path.Combine(Path.GetTempPath(), $"snakepit-test-gate-{Guid.NewGuid():N}");

    public void Dispose()
    {
        File.Delete(_gate);
        File.Delete($"{_gate}.begun");
    }

    [Fact]
    public async Task A_drained_silo_finishes_its_calls_while_others_take_new_ones_and_serves_again_when_it_is_resumed()
    {
        await using var cluster = await ClusterUnderTest.StartAsync(await postgres.ServerAsync(), silos: 2);
        var (first, second) = (cluster.Silos[0], cluster.Silos[1]);
        var pids = cluster.WorkerProcesses(1);
        var running = await HeldAsync(second);

        var drain = SnakepitCommand.RunAsync("drain", second.Name, "--stay", "--timeout", "1m", "--url", $"{first.Url}");
        await UntilReadinessIsAsync(second, HttpStatusCode.ServiceUnavailable);
        for (var i = 0; i < 5; i++)
            Assert.Equal($"default@{first.Name}#0.1", await WorkerAsync(second));
        Assert.Equal("Draining", await StateAsync(first, second.Name));
        await File.WriteAllTextAsync(_gate, "");

        Assert.Equal(HttpStatusCode.OK, (await running).Status);
        var (code, output, errors) = await drain;
        Assert.Equal((0, ""), (code, errors));
        Assert.Contains("is drained and stays in the cluster", output, StringComparison.Ordinal);
        Assert.Equal("Drained", await StateAsync(first, second.Name));

        var resumed = await Eventually.SeeAsync(
            () => SnakepitCommand.RunAsync("resume", second.Name, "--url", $"{first.Url}"), done => done.Code == 0);
        Assert.Equal((0, $"{second.Name} takes calls again.\n", ""), resumed);
        await UntilReadinessIsAsync(second, HttpStatusCode.OK);
        // Its client's view of the pool may be a second old.
        await second.SeeAsync(() => WorkerAsync(second), worker => worker == $"default@{second.Name}#0.1", "it serves its own callers");
        Assert.Equal(pids, cluster.WorkerProcesses(1));
    }

    [Fact]
    public async Task A_drained_silo_leaves_when_its_calls_have_ended()
    {
        await using var cluster = await ClusterUnderTest.StartAsync(await postgres.ServerAsync(), silos: 2);
        var second = cluster.Silos[1];
        var running = await HeldAsync(second);

        using var drain = SnakepitCommand.Start("drain", "--timeout", "1m", "--json", "--url", $"{second.Url}");
        var line = await drain.StandardOutput.ReadLineAsync().WithinAsync(Eventually.Limit);
        if (line == Step("Silent", 0)) // the silo was too busy to answer
            line = await drain.StandardOutput.ReadLineAsync().WithinAsync(Eventually.Limit);
        Assert.Equal(Step("Draining", 1), line);
        await UntilReadinessIsAsync(second, HttpStatusCode.ServiceUnavailable);
        await File.WriteAllTextAsync(_gate, "");

        Assert.Equal(HttpStatusCode.OK, (await running).Status);
        var rest = await drain.StandardOutput.ReadToEndAsync().WithinAsync(Eventually.Limit);
        Assert.EndsWith(Step("Left", 0) + "\n", rest, StringComparison.Ordinal);
        await drain.WaitForExitAsync().WithinAsync(Eventually.Limit);
        Assert.Equal((0, ""), (drain.ExitCode, await drain.StandardError.ReadToEndAsync()));
        Assert.Equal(0, await second.ExitAsync());
        Assert.Equal([cluster.Silos[0].Name], await cluster.ActiveSilosAsync());

        string Step(string state, int running) => $$"""{"silo":"{{second.Name}}","state":"{{state}}","running":{{running}}}""";
    }

    [Fact]
    public async Task A_silo_that_is_told_to_stop_is_not_ready_first_finishes_its_calls_and_leaves()
    {
        await using var cluster = await ClusterUnderTest.StartAsync(await postgres.ServerAsync(), silos: 2);
        var (first, second) = (cluster.Silos[0], cluster.Silos[1]);
        var running = await HeldAsync(second);

        HostProcess.Signal(second.Pid, "TERM");
        await UntilReadinessIsAsync(second, HttpStatusCode.ServiceUnavailable);
        Assert.False(running.IsCompleted);
        Assert.Equal($"default@{first.Name}#0.1", await WorkerAsync(first));
        await File.WriteAllTextAsync(_gate, "");

        Assert.Equal(HttpStatusCode.OK, (await running).Status);
        Assert.Equal(0, await second.ExitAsync());
        Assert.Equal([first.Name], await cluster.ActiveSilosAsync());
    }

    [Fact]
    public async Task A_session_of_a_silo_that_leaves_goes_on_at_another_and_both_adapters_are_told()
    {
        await using var cluster = await ClusterUnderTest.StartAsync(
            await postgres.ServerAsync(), silos: 2, [SiloUnderTest.Pool("sessions.Notebook", size: 1)]);
        var (moved, worker) = await NoteAsync(cluster.Silos[0]);
        var leaving = worker == $"default@{cluster.Silos[0].Name}#0.1" ? 0 : 1;
        var stays = cluster.Silos[1 - leaving];

        await cluster.StopAsync(leaving);

        Assert.Equal("new", moved);
        Assert.Contains("session s ends with 1 notes: the silo stops", cluster.Silos[leaving].Output, StringComparison.Ordinal);
        Assert.Equal(("new", $"default@{stays.Name}#0.1"), await NoteAsync(stays));
    }

    [Fact]
    public async Task A_drain_whose_time_is_over_ends_the_calls_that_are_left()
    {
        await using var cluster = await ClusterUnderTest.StartAsync(
            await postgres.ServerAsync(), silos: 2, pools: null, "DrainTimeout=100ms");
        var second = cluster.Silos[1];
        var running = await HeldAsync(second);

        var drain = await SnakepitCommand.RunAsync(
            "drain", second.Name, "--timeout", "100ms", "--no-wait", "--url", $"{cluster.Silos[0].Url}");

        Assert.Equal((0, "", ""), drain);
        Assert.Equal("worker_exited", (await running).Code);
        Assert.Equal(0, await second.ExitAsync());
    }

    [Fact]
    public async Task A_silo_that_is_not_in_the_cluster_cannot_be_drained_and_the_error_names_those_that_are()
    {
        await using var cluster = await ClusterUnderTest.StartAsync(await postgres.ServerAsync(), silos: 1);
        var silo = cluster.Silos[0];

        var (code, output, errors) = await SnakepitCommand.RunAsync("drain", "nosuch", "--url", $"{silo.Url}");
        var wrong = await SnakepitCommand.RunAsync("drain", "--timeout", "soon", "--url", $"{silo.Url}");
        var serving = await SnakepitCommand.RunAsync("resume", "--url", $"{silo.Url}");

        Assert.Equal((1, ""), (code, output));
        Assert.Contains($"There is no silo 'nosuch' in the cluster. Its silos: {silo.Name}.", errors, StringComparison.Ordinal);
        Assert.Equal(1, wrong.Code);
        Assert.Contains("timeout is 'soon'; expected milliseconds (1500)", wrong.Errors, StringComparison.Ordinal);
        Assert.Equal((0, $"{silo.Name} takes calls again.\n", ""), serving);
        Assert.Equal(HttpStatusCode.OK, await silo.TryGetAsync("health/ready"));
    }

    [Fact]
    public async Task Silos_shows_every_silo_of_the_cluster()
    {
        await using var cluster = await ClusterUnderTest.StartAsync(await postgres.ServerAsync(), silos: 2);
        Assert.True((await SiloAsync(cluster.Silos[0], cluster.Silos[1].Name))["uptimeSeconds"]!.GetValue<double>() > 0.2);

        var (code, output, errors) = await Eventually.SeeAsync(
            () => SnakepitCommand.RunAsync("silos", "--url", $"{cluster.Silos[0].Url}"),
            shown => cluster.Silos.All(silo => shown.Output.Contains($" {silo.Pid} ", StringComparison.Ordinal)));

        Assert.Equal((0, ""), (code, errors));
        Assert.All(cluster.Silos, silo => Assert.Contains($"{silo.Name}", output, StringComparison.Ordinal));
        Assert.All(cluster.Silos, silo => Assert.Contains($" {silo.Pid} ", output, StringComparison.Ordinal));
        Assert.Contains($"{cluster.Silos[0].Name} *", output, StringComparison.Ordinal);
    }

    /// <summary>What the tool hears of its session, and which worker it is on.</summary>
    private static async Task<(string Moved, string Worker)> NoteAsync(SiloUnderTest door)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("v1/pools/default/tools/write", UriKind.Relative));
        request.Headers.Add("Snakepit-Session", "s");
        request.Content = new StringContent("""{"note": "one"}""", System.Text.Encoding.UTF8, "application/json");
        using var response = await door.Http.SendAsync(request);
        var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        return (answer["moved"]!.GetValue<string>(), response.Headers.GetValues("Snakepit-Worker").Single());
    }

    /// <summary>A call that runs on this silo until the gate is open.</summary>
    private async Task<Task<Answer>> HeldAsync(SiloUnderTest silo)
    {
        var begun = $"{_gate}.begun";
        var call = silo.CallAsync("wait_for", new { path = _gate, begun });
        await silo.SeeAsync(
            () => SiloAsync(silo, silo.Name), entry => entry["running"]!.GetValue<int>() == 1, "the call runs on the silo's own worker");
        await Eventually.HoldsAsync(() => File.Exists(begun));
        return call;
    }

    private static Task UntilReadinessIsAsync(SiloUnderTest silo, HttpStatusCode status) =>
        silo.SeeAsync(() => silo.TryGetAsync("health/ready"), seen => seen == status, $"readiness is {status}");

    private static async Task<string> WorkerAsync(SiloUnderTest door)
    {
        var answer = await door.CallAsync("pid");
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        return answer.Headers["Snakepit-Worker"];
    }

    private static async Task<string> StateAsync(SiloUnderTest asked, string name) =>
        (await SiloAsync(asked, name))["state"]!.GetValue<string>();

    /// <summary>The entry of a silo, which is left out as long as that silo is too busy to answer.</summary>
    private static async Task<JsonNode> SiloAsync(SiloUnderTest asked, string name) => (await asked.SeeAsync(
        async () => JsonNode.Parse(await asked.Http.GetStringAsync(new Uri("v1/silos", UriKind.Relative)))!["silos"]!.AsArray()
            .SingleOrDefault(silo => silo!["name"]!.GetValue<string>() == name),
        entry => entry is not null,
        $"silo {name} answers"))!;
}

using Snakepit.Client;
using Snakepit.Errors;
using Snakepit.TestKit;
using Snakepit.TestKit.Clusters;

namespace Snakepit.Cluster.Tests.Silos;

/// <summary>Calls that wait in the queue of a silo that dies have surely not begun.</summary>
[Collection(nameof(ClusterUnderTest))] // one cluster at a time: each is several processes
public sealed class HeldCallTests(SharedPostgres postgres)
{
    private const int Waiting = 12;

    private static readonly ToolCallOptions Minutes = new() { Timeout = TimeSpan.FromMinutes(2) };

    [Fact]
    public async Task Calls_that_wait_on_a_killed_silo_run_once_elsewhere_and_the_one_that_ran_there_may_have_run()
    {
        await using var cluster = await ClusterUnderTest.StartAsync(await postgres.ServerAsync(), silos: 2, [SiloUnderTest.Pool(size: 1)]);
        await using var client = await cluster.ConnectAsync(gateways: 0);
        var (living, folder) = (cluster.Silos[0], cluster.Silos[0].Folder);
        var gate = Path.Combine(folder, "gate");
        var running = Enumerable.Range(0, 2).Select(_ => client.Tools.ExecuteAsync("wait_for", new { path = gate }, Minutes)).ToList();
        await living.SeeAsync(() => living.PoolAsync(), pool => pool["running"]!.GetValue<int>() == 2, "both workers are taken");
        var waiting = Enumerable.Range(0, Waiting)
            .Select(number => client.Tools.ExecuteAsync<string>("wait_for", new { path = gate, begun = Begun(number) }, Minutes)).ToList();
        await living.SeeAsync(
            async () => (await living.PoolAsync())["shards"]!.AsArray(),
            shards => shards.All(shard => shard!["held"]!.GetValue<int>() > 0)
                && shards.Sum(shard => shard!["held"]!.GetValue<int>()) == Waiting,
            "calls wait on both silos, and their clients know it");

        await cluster.KillAsync(1);
        await living.SeeAsync(
            () => living.PoolAsync(),
            pool => pool["queued"]!.GetValue<int>() == Waiting,
            "all wait on the silo that lives",
            ClusterUnderTest.Limit);
        await File.WriteAllTextAsync(gate, "");

        Assert.All(await Task.WhenAll(waiting).WithinAsync(ClusterUnderTest.Limit), answer => Assert.Equal("opened", answer));
        Assert.All(Enumerable.Range(0, Waiting), number => Assert.Single(File.ReadAllLines(Begun(number))));
        var errors = new List<SnakepitException>();
        foreach (var call in running)
        {
            if (await Record.ExceptionAsync(() => call) is { } error)
                errors.Add(Assert.IsType<SnakepitException>(error));
        }

        Assert.Equal(
            (SnakepitErrorCode.SiloUnreachable, Outcome.MaybeRan), (Assert.Single(errors).Code, errors[0].Outcome));

        string Begun(int number) => Path.Combine(folder, $"begun-{number}");
    }

    [Fact]
    public async Task A_held_call_that_its_caller_gives_up_leaves_the_queue_and_one_that_has_begun_is_stopped()
    {
        await using var cluster = await ClusterUnderTest.StartAsync(await postgres.ServerAsync(), silos: 1, [SiloUnderTest.Pool(size: 1)]);
        await using var client = await cluster.ConnectAsync();
        var silo = cluster.Silos[0];
        var gate = Path.Combine(silo.Folder, "gate");
        var never = Path.Combine(silo.Folder, "never");
        var begun = Path.Combine(silo.Folder, "begun");
        using var giveUpWaiting = new CancellationTokenSource();
        using var giveUpRunning = new CancellationTokenSource();
        var running = client.Tools.ExecuteAsync("wait_for", new { path = gate }, Minutes);
        await silo.SeeAsync(() => silo.PoolAsync(), pool => pool["running"]!.GetValue<int>() == 1, "the worker is taken");
        var next = client.Tools.ExecuteAsync("wait_for", new { path = never, begun }, Minutes, giveUpRunning.Token);
        await UntilHeldAsync(1);
        var last = client.Tools.ExecuteAsync("wait_for", new { path = never }, Minutes, giveUpWaiting.Token);
        await UntilHeldAsync(2);

        await giveUpWaiting.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => last.WithinAsync(Eventually.Limit));
        await UntilHeldAsync(1);
        await File.WriteAllTextAsync(gate, "");
        await running.WithinAsync(Eventually.Limit);
        await Eventually.HoldsAsync(() => File.Exists(begun));
        await giveUpRunning.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next.WithinAsync(Eventually.Limit));
        await silo.SeeAsync(
            () => silo.PoolAsync(),
            pool => pool["running"]!.GetValue<int>() == 0 && pool["cancelled"]!.GetValue<int>() == 2,
            "the call that had begun is stopped",
            ClusterUnderTest.Limit);

        Task UntilHeldAsync(int count) => silo.SeeAsync(
            () => silo.PoolAsync(), pool => pool["shards"]![0]!["held"]!.GetValue<int>() == count, $"{count} calls are held");
    }
}

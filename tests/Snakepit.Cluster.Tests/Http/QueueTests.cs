using System.Net;
using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Http;

public sealed class QueueTests
{
    [Fact]
    public async Task A_full_queue_rejects_at_once_with_depth_and_limit()
    {
        await using var silo = await SiloUnderTest.StartReadyAsync([SiloUnderTest.Pool(size: 1, maxQueueSize: 2)]);
        var gate = Path.Combine(silo.Folder, "gate");
        var running = Enumerable.Range(0, 3).Select(_ => silo.CallAsync("wait_for", new { path = gate })).ToList();
        await silo.SeeAsync(() => silo.PoolAsync(), pool => pool["queued"]!.GetValue<int>() == 2, "two calls wait");

        var answer = await silo.CallAsync("add", new { a = 1, b = 1 }).WithinAsync(Eventually.Limit);

        Assert.Equal((HttpStatusCode.TooManyRequests, "queue_full", "NotStarted"), (answer.Status, answer.Code, answer.Outcome));
        Assert.Equal(
            ("2", "2"), (answer.Json["details"]!["depth"]!.GetValue<string>(), answer.Json["details"]!["limit"]!.GetValue<string>()));
        Assert.Equal("1", answer.Headers["Retry-After"]);
        await File.WriteAllTextAsync(gate, "");
        Assert.All(await Task.WhenAll(running), ended => Assert.Equal(HttpStatusCode.OK, ended.Status));
    }

    [Fact]
    public async Task A_pool_that_is_not_ready_refuses_with_503_and_serves_once_it_is()
    {
        var gate = Path.Combine(Path.GetTempPath(), $"snakepit-gate-{Guid.NewGuid():N}");
        await using var silo = SiloUnderTest.Start(
            [SiloUnderTest.Pool("slow_start.Slow", size: 1)], environment: new Dictionary<string, string?> { ["START_GATE"] = gate });
        await silo.SeeAsync(() => silo.TryGetAsync("health/live"), status => status == HttpStatusCode.OK, "the silo lives");

        var early = await silo.CallAsync("hello");
        var ready = await silo.TryGetAsync("health/ready");
        await File.WriteAllTextAsync(gate, "");
        await silo.UntilReadyAsync();
        var late = await silo.CallAsync("hello");
        File.Delete(gate);

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "pool_not_ready"), (early.Status, early.Code));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready);
        Assert.Equal("\"hello\"", late.Body);
    }

    [Fact]
    public async Task A_client_that_leaves_gives_up_its_place_in_the_queue()
    {
        await using var silo = await SiloUnderTest.StartReadyAsync([SiloUnderTest.Pool(size: 1)]);
        var gate = Path.Combine(silo.Folder, "gate");
        var running = silo.CallAsync("wait_for", new { path = gate });
        await silo.SeeAsync(() => silo.PoolAsync(), pool => pool["running"]!.GetValue<int>() == 1, "one call runs");
        using var patience = new CancellationTokenSource();
        var waiting = silo.CallAsync("count", cancellationToken: patience.Token);
        await silo.SeeAsync(() => silo.PoolAsync(), pool => pool["queued"]!.GetValue<int>() == 1, "one call waits");

        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);

        var pool = await silo.SeeAsync(() => silo.PoolAsync(), pool => pool["queued"]!.GetValue<int>() == 0, "nobody waits");
        Assert.Equal(1, pool["cancelled"]!.GetValue<int>());
        await File.WriteAllTextAsync(gate, "");
        Assert.Equal(HttpStatusCode.OK, (await running).Status);
        Assert.Equal("1", (await silo.CallAsync("count")).Body);
    }
}

using System.Net;
using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Http;

/// <summary>Bodies and results that a silo holds have a common limit.</summary>
public sealed class BufferTests
{
    private const int Megabyte = 1024 * 1024;

    [Fact]
    public async Task Bodies_beyond_the_limit_are_turned_away_with_a_number_and_a_knob_and_the_rest_is_served()
    {
        await using var silo = await SiloUnderTest.StartReadyAsync(
            [SiloUnderTest.Pool(size: 1)],
            $"MaxBufferedBytes={10 * Megabyte}",
            $"MaxRequestBytes={4 * Megabyte}",
            $"MaxResultBytes={4 * Megabyte}");
        var gate = Path.Combine(silo.Folder, "gate");
        var padding = new string('x', 3 * Megabyte);
        // Each counts at the door and in the shard: the first one holds 6 MB, a second one finds no room.
        var first = silo.CallAsync("wait_for", new { path = gate });
        await silo.SeeAsync(() => silo.PoolAsync(), pool => pool["running"]!.GetValue<int>() == 1, "the worker is taken");
        var waiting = silo.CallAsync("echo", new { padding });
        await silo.SeeAsync(() => silo.PoolAsync(), pool => pool["queued"]!.GetValue<int>() == 1, "a call with 3 MB waits");

        var refused = await silo.CallAsync("echo", new { padding });
        var small = silo.CallAsync("add", new { a = 1, b = 2 });
        await File.WriteAllTextAsync(gate, "");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.Status);
        Assert.Equal("1", refused.Headers["Retry-After"]);
        Assert.Contains("silo_busy", refused.Body, StringComparison.Ordinal);
        Assert.Contains($"MaxBufferedBytes is {10 * Megabyte}", refused.Body, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await small).Status);
        Assert.Equal(HttpStatusCode.OK, (await waiting).Status);
        await first;
        // Everything has been given back.
        Assert.Equal(HttpStatusCode.OK, (await silo.CallAsync("echo", new { padding })).Status);
    }

    [Fact]
    public async Task A_limit_that_no_call_could_keep_is_a_mistake()
    {
        await using var silo = SiloUnderTest.Start([SiloUnderTest.Pool()], ["MaxBufferedBytes=1000000"]);

        Assert.Equal(2, await silo.ExitAsync());
        Assert.Contains("MaxBufferedBytes = '1000000': must not be less than MaxRequestBytes", silo.Output, StringComparison.Ordinal);
    }
}

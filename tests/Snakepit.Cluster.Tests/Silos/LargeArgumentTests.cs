using Snakepit.Client;
using Snakepit.Errors;
using Snakepit.Telemetry;
using Snakepit.TestKit.Clusters;

namespace Snakepit.Cluster.Tests.Silos;

public sealed class LargeArgumentTests(SharedPostgres postgres)
{
    [Theory]
    [InlineData(17)]
    [InlineData(120)]
    public async Task A_request_above_the_limit_is_refused_before_it_travels_and_harms_nobody_else(int megabytes)
    {
        await using var cluster = await ClusterUnderTest.StartAsync(await postgres.ServerAsync(), silos: 2);
        await using var client = await cluster.ConnectAsync();
        var large = new ToolCallOptions().Attach("document", new byte[megabytes * 1024 * 1024]);
        var others = Enumerable.Range(0, 100)
            .Select(number => client.Tools.ExecuteAsync<double>("add", new { a = number, b = 1 }))
            .ToList();

        var error = await Assert.ThrowsAsync<SnakepitException>(() => client.Tools.ExecuteAsync("length", options: large));

        Assert.Equal((SnakepitErrorCode.RequestTooLarge, Outcome.NotStarted, CallStage.Client), (error.Code, error.Outcome, error.Stage));
        Assert.Contains("MaxRequestBytes", error.Message, StringComparison.Ordinal);
        others.AddRange(Enumerable.Range(100, 100).Select(number => client.Tools.ExecuteAsync<double>("add", new { a = number, b = 1 })));
        Assert.Equal(Enumerable.Range(1, 200).Select(number => (double)number), await Task.WhenAll(others));
    }

    [Fact]
    public async Task A_large_request_within_the_limit_passes()
    {
        await using var cluster = await ClusterUnderTest.StartAsync(
            await postgres.ServerAsync(), silos: 2, pools: null, "MaxRequestBytes=200000000", "MaxResultBytes=200000000");
        await using var client = await cluster.ConnectAsync();
        var large = new ToolCallOptions { Timeout = TimeSpan.FromMinutes(3) }.Attach("document", new byte[120_000_000]);

        Assert.Equal(120_000_000, await client.Tools.ExecuteAsync<int>("length", options: large));
    }
}

using System.Net;
using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Http;

public sealed class FailedPoolTests(SharedSilo shared)
{
    private readonly SiloUnderTest _silo = shared.Silo;

    [Fact]
    public async Task A_pool_whose_adapter_cannot_be_imported_refuses_with_the_reason()
    {
        var answer = await _silo.CallAsync("add", pool: "broken");

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "pool_failed", "NotStarted"), (answer.Status, answer.Code, answer.Outcome));
        Assert.Contains("a_module_that_nobody_has", answer.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_status_has_the_python_traceback()
    {
        var pool = await _silo.PoolAsync("broken");

        Assert.Equal("Failed", pool["state"]!.GetValue<string>());
        Assert.Contains("import a_module_that_nobody_has", pool["shards"]![0]!["reason"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_silos_log_has_the_python_traceback() =>
        Assert.Contains("ModuleNotFoundError: No module named 'a_module_that_nobody_has'", _silo.Output, StringComparison.Ordinal);

    [Fact]
    public async Task Other_pools_serve()
    {
        var answer = await _silo.CallAsync("add", new { a = 1, b = 1 });

        Assert.Equal(HttpStatusCode.OK, answer.Status);
    }

    [Fact]
    public async Task The_silo_is_ready_but_degraded()
    {
        var body = await _silo.Http.GetStringAsync(new Uri("health/ready", UriKind.Relative));

        Assert.Contains("\"Degraded\"", body, StringComparison.Ordinal);
        Assert.Contains("\"broken\":\"Failed\"", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_adapter_that_cannot_be_constructed_fails_its_pool_with_the_reason()
    {
        await using var silo = SiloUnderTest.Start([SiloUnderTest.Pool("broken_constructor.Broken", size: 1)]);

        var answer = await silo.SeeAsync(
            async () => await silo.TryGetAsync("health/live") is null ? null : await silo.CallAsync("add"),
            answer => answer?.Code == "pool_failed",
            "the pool has failed");

        Assert.Contains("the model file is missing", answer!.Detail, StringComparison.Ordinal);
    }
}

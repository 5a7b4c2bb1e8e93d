using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Snakepit.Client;
using Snakepit.Errors;
using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Clients;

/// <summary>An application that is there before its silo, and after it.</summary>
public sealed class LateSiloTests : IAsyncDisposable
{
    /// <summary>For a silo to start on a busy host.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly SiloSeat _seat = SiloSeat.Take();

    public async ValueTask DisposeAsync() => await Places.DeleteAsync(_seat.Folder);

    [Fact]
    public async Task An_application_starts_before_any_silo_and_its_calls_succeed_when_one_comes()
    {
        await using var app = await StartAsync();
        var unhealthy = await app.SeeHealthAsync("snakepit", HealthStatus.Unhealthy);
        var waiting = app.Client.GetPoolStatusAsync();

        await using var silo = SiloUnderTest.Start([SiloUnderTest.Pool(size: 1)], seat: _seat);
        await waiting.WithinAsync(Limit, "a question that was asked before there was a silo");
        await app.SeeHealthAsync("snakepit", HealthStatus.Healthy);
        await silo.UntilReadyAsync();

        Assert.Equal(3, await app.Client.ExecuteAsync<double>("add", new { a = 1, b = 2 }));
        Assert.Contains($"127.0.0.1:{_seat.GatewayPort} (Snakepit:Client:Gateways) since ", unhealthy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_without_a_silo_fails_within_its_budget_and_names_gateways_and_knob()
    {
        await using var app = await StartAsync();
        var clock = Stopwatch.StartNew();

        var error = await Assert.ThrowsAsync<SnakepitException>(() =>
            app.Client.ExecuteAsync("add", options: new ToolCallOptions { Timeout = TimeSpan.FromSeconds(2) }));

        Assert.InRange(clock.Elapsed, TimeSpan.FromSeconds(1.9), TimeSpan.FromSeconds(9)); // ConnectTimeout is 10 s
        Assert.Equal((SnakepitErrorCode.ClusterUnreachable, Outcome.NotStarted), (error.Code, error.Outcome));
        Assert.Contains($"127.0.0.1:{_seat.GatewayPort} (Snakepit:Client:Gateways)", error.Message, StringComparison.Ordinal);
        Assert.Contains("the call's budget is 2 s", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_the_silo_dies_health_says_so_and_when_it_is_back_calls_succeed()
    {
        await using var app = await StartAsync();
        await using (var silo = SiloUnderTest.Start([SiloUnderTest.Pool(size: 1)], seat: _seat))
        {
            await app.SeeHealthAsync("snakepit", HealthStatus.Healthy);
            silo.Kill();
            await silo.ExitAsync();
        }

        Assert.Contains("since ", await app.SeeHealthAsync("snakepit", HealthStatus.Unhealthy), StringComparison.Ordinal);
        await using var next = SiloUnderTest.Start([SiloUnderTest.Pool(size: 1)], seat: _seat);
        await app.SeeHealthAsync("snakepit", HealthStatus.Healthy);
        await next.UntilReadyAsync();

        Assert.Equal(3, await app.Client.ExecuteAsync<double>("add", new { a = 1, b = 2 }));
    }

    private Task<ClientApp> StartAsync() => ClientApp.StartAsync(
        builder => builder.AddSnakepitClient(client => client.DefaultTimeout = Limit),
        ("Snakepit:Client:Gateways", $"127.0.0.1:{_seat.GatewayPort}"));
}

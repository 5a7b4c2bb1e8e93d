using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Snakepit.AspNetCore;
using Snakepit.AspNetCore.Access;
using Snakepit.Core.Http;
using Snakepit.Core.Options;
using Snakepit.Hosting.Telemetry;
using Snakepit.Hosting.Tests.Doors;

namespace Snakepit.Hosting.Tests.Telemetry;

/// <summary>Where the page for Prometheus is, without and with being asked for.</summary>
public sealed class MetricsDoorTests
{
    [Theory]
    [InlineData("http://127.0.0.1:8400", null, true)]
    [InlineData("http://127.0.0.1:8400", false, false)]
    [InlineData("http://0.0.0.0:8400", null, false)]
    [InlineData("http://0.0.0.0:8400", true, true)]
    public void It_is_there_on_loopback_addresses_and_elsewhere_when_asked_for(string address, bool? enabled, bool there)
    {
        var options = new SnakepitOptions();
        options.TelemetryMetrics.Prometheus.Enabled = enabled;
        var services = new ServiceCollection();
        services.AddSingleton(options);
        services.AddSingleton(new Door(ListenAddress.ParseAll(address), options.Http));
        services.AddSnakepitMetrics();
        using var provider = services.BuildServiceProvider();

        Assert.Equal(there, provider.GetServices<ITelemetryPart>().Single().WantsMetrics);
    }

    [Fact]
    public async Task An_application_of_its_own_has_it_when_asked_for()
    {
        Assert.Equal(HttpStatusCode.NotFound, await AskAsync(null));
        Assert.Equal(HttpStatusCode.OK, await AskAsync("true"));
    }

    [Fact]
    public void A_silo_that_exports_nothing_has_no_pipeline_that_would_have_calls_measured()
    {
        var services = new ServiceCollection();
        services.AddSingleton(new SnakepitOptions());
        services.AddSnakepitTelemetry();
        using var provider = services.BuildServiceProvider();

        var export = provider.GetRequiredService<TelemetryExport>();

        Assert.Null(export.Metrics);
        Assert.Null(export.Traces);
    }

    private static async Task<HttpStatusCode> AskAsync(string? enabled)
    {
        await using var door = await DoorUnderTest.StartAsync(
            static kestrel => kestrel.Listen(IPAddress.Loopback, 0),
            configure: builder =>
            {
                builder.Configuration.AddInMemoryCollection([new("Snakepit:TelemetryMetrics:Prometheus:Enabled", enabled)]);
                builder.Services.AddSnakepitMetrics();
            });
        using var http = new HttpClient { BaseAddress = new Uri(door.Url) };
        using var answer = await http.GetAsync(new Uri("/metrics", UriKind.Relative));
        return answer.StatusCode;
    }
}

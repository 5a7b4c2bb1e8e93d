using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Snakepit.AspNetCore;
using Snakepit.Hosting.Health;

namespace Snakepit.Hosting.Tests.Doors;

public sealed class HealthTests
{
    [Fact]
    public async Task Pools_are_those_of_the_pools_check_whatever_other_checks_say()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var checks = builder.Services.AddHealthChecks();
        foreach (var (name, value) in new[] { (PoolsHealthCheck.Name, "Ready"), ("disk", "full"), ("net", "up") })
        {
            var data = new Dictionary<string, object> { ["ml"] = value };
            checks.AddCheck(name, () => HealthCheckResult.Healthy(data: data), [PoolsHealthCheck.Tag]);
        }

        await using var app = builder.Build();
        app.MapSnakepitHealth();
        await app.StartAsync();
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };

        var ready = JsonNode.Parse(await http.GetStringAsync(new Uri("/health/ready", UriKind.Relative)))!;

        Assert.Equal("""{"ml":"Ready"}""", ready["pools"]!.ToJsonString());
    }
}

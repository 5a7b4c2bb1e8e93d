using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Snakepit.AspNetCore;
using Snakepit.AspNetCore.Access;

namespace Snakepit.Hosting.Tests.Doors;

/// <summary>An application with the HTTP door of a silo that is not started: for what the door answers by itself.</summary>
internal sealed class DoorUnderTest : IAsyncDisposable
{
    private readonly WebApplication _app;

    private DoorUnderTest(WebApplication app) => _app = app;

    public string Url => _app.Urls.First();

    public IServiceProvider Services => _app.Services;

    /// <summary>Starts the application.</summary>
    /// <param name="listen">Where the server listens.</param>
    /// <param name="more">Adds endpoints to the door's.</param>
    /// <param name="configure">Adds services and configuration.</param>
    /// <param name="guard">What the application does with the door's endpoints.</param>
    public static async Task<DoorUnderTest> StartAsync(
        Action<KestrelServerOptions> listen,
        Action<RouteGroupBuilder>? more = null,
        Action<WebApplicationBuilder>? configure = null,
        Action<IEndpointConventionBuilder>? guard = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(listen);
        builder.Configuration.AddInMemoryCollection([new("Snakepit:Pools:0:Name", "ml"), new("Snakepit:Pools:0:AdapterModule", "a.A")]);
        builder.AddSnakepitSilo();
        builder.Services.RemoveAll<IHostedService>(); // the silo; the web server's service is added later
        configure?.Invoke(builder);
        var app = builder.Build();
        if (more is not null)
            more(app.MapDoor(new DoorServices(app.Services)));
        else
            (guard ?? (_ => { }))(app.MapSnakepit());
        await app.StartAsync();
        return new DoorUnderTest(app);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    /// <summary>Calls a tool of a pool that no silo can have, which the door refuses without asking the cluster.</summary>
    public static async Task<string> CodeOfMissingPoolAsync(HttpClient http)
    {
        using var body = new StringContent("{}", Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync(new Uri("/v1/pools/No_Pool/tools/add", UriKind.Relative), body);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["code"]!.GetValue<string>();
    }
}

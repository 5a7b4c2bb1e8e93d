using Snakepit.AspNetCore;
using Snakepit.AspNetCore.Access;
using Snakepit.AspNetCore.Auth;
using Snakepit.Core.Access;
using Snakepit.Core.Http;
using Snakepit.Core.Options;
using Snakepit.Hosting;
using Snakepit.Hosting.Failures;

namespace Snakepit.Silo.Serving;

/// <summary>The silo program: the two libraries put together. It serves its HTTP door and nothing else.</summary>
internal static class SiloApplication
{
    public const string DefaultUrls = "http://127.0.0.1:8400";

    /// <param name="configuration">What the silo was told.</param>
    /// <param name="addresses">Where the HTTP door listens.</param>
    public static WebApplication Build(SiloConfiguration configuration, IReadOnlyList<ListenAddress> addresses)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = configuration.Folder });
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddConfiguration(configuration.Root);
        builder.WebHost.UseUrls([.. addresses.Select(address => address.Url)]); // as they were read, not as the server would
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null; // the endpoint checks, and says what the limit is
        });
        var early = new EarlyStop();
        var levels = new RunTimeLevels(TimeProvider.System);
        SiloLogging.Configure(builder.Logging, configuration.Root, early, levels);
        builder.Services.AddSingleton(levels);
        builder.Services.AddProblemDetails();
        builder.Services.AddCors();
        builder.Services.AddSnakepitAccess();
        builder.Services.AddSingleton(services => new Door(addresses, services.GetRequiredService<SnakepitOptions>().Http));
        builder.Services.AddSingleton<IFatalErrorHandler, FatalEnd>();
        SystemdReports.Add(builder.Services);
        builder.AddSnakepitSilo();
        builder.Services.AddSnakepitMetrics();
        builder.Services.AddSnakepitOpenApi();

        var app = builder.Build();
        early.Watch(app.Lifetime);
        return app;
    }

    /// <summary>Adds the HTTP door, once the options are known to be right.</summary>
    /// <exception cref="StartupException">The door may not open, or a file that it needs cannot be used.</exception>
    public static void UseDoor(WebApplication app)
    {
        var services = new DoorServices(app.Services, app.Services.GetRequiredService<Door>());
        Open(app, services);
        app.UseDoor(services);
        var door = app.MapDoor(services);
        door.MapLogLevels(app.Services.GetRequiredService<RunTimeLevels>());
        DocsPage.Map(door, services.Door, app.Services.GetRequiredService<SnakepitOptions>());
        app.MapSnakepitHealth();
    }

    private static void Open(WebApplication app, DoorServices services)
    {
        var door = services.Door;
        var reachable = string.Join(", ", door.Addresses.Where(address => !address.IsLoopback));
        // Made here, so that a file that cannot be used is one sentence.
        _ = (app.Services.GetRequiredService<KeyRing>(), app.Services.GetRequiredService<TokenKeys>(), services.Audit);
        switch (services.Access.Opening(endpoint: null))
        {
            case DoorOpening.Closed:
                throw new StartupException($"The HTTP door does not open at {reachable}: {OpeningFacts.Advice}");
            case DoorOpening.Anonymous:
                DoorLog.OpenDoor(SiloLog.Of(app), reachable);
                break;
            case DoorOpening.Local:
                DoorLog.LocalDoor(SiloLog.Of(app), string.Join(", ", door.Addresses));
                break;
            case DoorOpening.Authenticated when door.IsOpen:
                DoorLog.PlainKeys(SiloLog.Of(app), reachable);
                break;
            case DoorOpening.Authenticated or DoorOpening.Application:
                break;
            default:
                throw new InvalidOperationException("Unknown opening of the door.");
        }
    }
}

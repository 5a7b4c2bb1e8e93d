using Snakepit.AspNetCore;
using Snakepit.AspNetCore.Access;
using Snakepit.Core.Http;
using Snakepit.Core.Options;
using Snakepit.Hosting;

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
        SiloLogging.Configure(builder.Logging, configuration.Root, early);
        builder.Services.AddProblemDetails();
        builder.Services.AddCors();
        builder.Services.AddSingleton(services => new Door(addresses, services.GetRequiredService<SnakepitOptions>().Http));
        SystemdReports.Add(builder.Services);
        builder.AddSnakepitSilo();

        var app = builder.Build();
        early.Watch(app.Lifetime);
        return app;
    }

    /// <summary>Adds the HTTP door, once the options are known to be right.</summary>
    public static void UseDoor(WebApplication app)
    {
        var door = app.Services.GetRequiredService<Door>();
        if (door.IsOpen)
            DoorLog.OpenDoor(app.Logger, string.Join(", ", door.Addresses.Where(address => !address.IsLoopback)));
        app.UseDoor(door);
        app.MapDoor(new DoorServices(app.Services, door));
        app.MapSnakepitHealth();
    }
}

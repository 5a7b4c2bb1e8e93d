using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Snakepit.AspNetCore.Access;

/// <summary>
/// Says in the log of an application that its door lets no one in. The server's addresses are known once the application has started, and
/// what it demands of the endpoints' callers too.
/// </summary>
internal static class DoorReport
{
    public static void OnStart(IServiceProvider application, DoorServices door) =>
        application.GetService<IHostApplicationLifetime>()?.ApplicationStarted.Register(() => Look(application, door));

    private static void Look(IServiceProvider application, DoorServices door)
    {
        var endpoint = application.GetRequiredService<EndpointDataSource>().Endpoints
            .FirstOrDefault(endpoint => endpoint.Metadata.GetMetadata<DoorVerb>() is not null);
        if (door.Access.Flaw(endpoint) is { } flaw)
            DoorLog.LetsNobodyIn(application.GetRequiredService<ILogger<Door>>(), flaw);
    }
}

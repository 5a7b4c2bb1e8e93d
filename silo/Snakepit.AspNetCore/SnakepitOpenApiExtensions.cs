using Microsoft.Extensions.DependencyInjection;
using Snakepit.AspNetCore.OpenApi;

namespace Snakepit.AspNetCore;

/// <summary>The description of the HTTP door for programs.</summary>
public static class SnakepitOpenApiExtensions
{
    /// <summary>
    /// Makes <c>MapSnakepit</c> answer <c>GET openapi/v1.json</c> with an OpenAPI 3.1 document of the door, in which every tool has a path
    /// with its own schemas, unless <c>Snakepit:Http:OpenApi</c> is false. Documents of the application itself stay as they are. A second
    /// call does nothing.
    /// </summary>
    /// <param name="services">The services of a silo.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddSnakepitOpenApi(this IServiceCollection services)
    {
        if (services.Any(service => service.ServiceType == typeof(DoorDocument)))
            return services;
        services.AddSingleton<DoorDocument>();
        return services.AddOpenApi(DoorDocument.Name, DoorDocument.Configure);
    }
}

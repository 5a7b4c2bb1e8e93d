using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Snakepit.AspNetCore.Auth;

namespace Snakepit.AspNetCore;

/// <summary>API keys and tokens for the HTTP door.</summary>
public static class SnakepitAccessExtensions
{
    /// <summary>
    /// Makes the endpoints of <c>MapSnakepit</c> ask for the keys and tokens of <c>Snakepit:Http</c>, where there are any. Adds the
    /// authentication schemes of <see cref="SnakepitAuthentication"/>, which the application may use for its own endpoints too. An
    /// application that authenticates callers itself needs none of this: it calls <c>RequireAuthorization</c> on what
    /// <c>MapSnakepit</c> returns. A second call does nothing.
    /// </summary>
    /// <param name="services">The services of a silo.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddSnakepitAccess(this IServiceCollection services)
    {
        if (services.Any(service => service.ServiceType == typeof(KeyRing)))
            return services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<KeyRing>();
        services.AddSingleton<KeyLimits>();
        services.AddSingleton<TokenKeys>();
        services.AddHostedService<FileWatch>();
        services.AddSingleton<IConfigureOptions<JwtBearerOptions>, TokenSetup>();
        services.AddAuthentication()
            .AddScheme<AuthenticationSchemeOptions, KeyHandler>(SnakepitAuthentication.KeyScheme, null)
            .AddJwtBearer(SnakepitAuthentication.TokenScheme, static _ => { });
        return services;
    }
}

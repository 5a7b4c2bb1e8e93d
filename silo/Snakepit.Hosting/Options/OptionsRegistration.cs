using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Snakepit.Core.Options;

namespace Snakepit.Hosting.Options;

/// <summary>
/// Registers <see cref="SnakepitOptions"/> as standard options. The configuration is applied first, then code; the result is checked
/// when the host starts.
/// </summary>
internal static class OptionsRegistration
{
    /// <summary>A second call does nothing.</summary>
    public static void Add(IServiceCollection services)
    {
        if (services.Any(service => service.ServiceType == typeof(SectionSource)))
            return;
        services.AddSingleton<SectionSource>();
        services.AddSingleton<IConfigureOptions<SnakepitOptions>>(provider => provider.GetRequiredService<SectionSource>());
        services.AddSingleton<IValidateOptions<SnakepitOptions>, OptionsCheck>();
        services.AddSingleton<IPostConfigureOptions<SnakepitOptions>, RootedPaths>();
        services.AddOptions<SnakepitOptions>().ValidateOnStart();
        services.TryAddSingleton(provider => provider.GetRequiredService<IOptions<SnakepitOptions>>().Value);
    }

    /// <summary>
    /// The options as far as they are known while the application is put together. They decide which services there are; mistakes in
    /// them are reported at the start.
    /// </summary>
    public static SnakepitOptions Preview(IServiceCollection services, IConfiguration configuration)
    {
        var options = new SnakepitOptions();
        new SectionSource(configuration).Configure(options);
        foreach (var configure in services.Select(service => service.ImplementationInstance).OfType<IConfigureOptions<SnakepitOptions>>())
            configure.Configure(options);
        return options;
    }
}

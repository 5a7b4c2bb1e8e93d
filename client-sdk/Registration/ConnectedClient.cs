using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Snakepit.Client.Calls;
using Snakepit.Client.Connections;

namespace Snakepit.Client.Registration;

/// <summary>
/// A client with a connection of its own, and how it is put into an application. The plain one and keyed ones differ in names only.
/// </summary>
internal sealed record ConnectedClient
{
    /// <summary>Health checks with this tag belong to the question whether the application may get requests.</summary>
    public const string HealthTag = "ready";

    private const string PlainName = "snakepit";

    private ConnectedClient()
    {
    }

    /// <summary>The client that is asked for without a key.</summary>
    public static ConnectedClient Plain { get; } = new()
    {
        Key = PlainName,
        OptionsName = Options.DefaultName,
        Section = "Snakepit:Client",
        HealthName = PlainName,
    };

    /// <summary>Key of its services, and default name of its connection string.</summary>
    public required string Key { get; init; }

    /// <summary>Name of its options.</summary>
    public required string OptionsName { get; init; }

    /// <summary>Path of its section.</summary>
    public required string Section { get; init; }

    /// <summary>Name of its health check.</summary>
    public required string HealthName { get; init; }

    /// <summary>A client that is asked for with a key.</summary>
    /// <exception cref="ArgumentException">The name is null, empty or white space, has a colon, or is <c>snakepit</c>.</exception>
    public static ConnectedClient Keyed(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (name.Contains(':', StringComparison.Ordinal) || name == PlainName)
            throw new ArgumentException($"The name of a client is '{name}'; it has no colon and is not '{PlainName}'.", nameof(name));
        return new ConnectedClient
        {
            Key = name,
            OptionsName = name,
            Section = $"Snakepit:Clients:{name}",
            HealthName = $"{PlainName}-{name}",
        };
    }

    /// <summary>Adds the client with its connection, its options and its health check; the second time, only more options.</summary>
    public void AddTo(IHostApplicationBuilder builder, Action<SnakepitClientOptions>? configure)
    {
        var services = builder.Services;
        var isNew = !services.Any(service => service.ServiceType == typeof(ClusterConnection) && Key.Equals(service.ServiceKey));
        if (isNew)
            AddServices(services, builder.Configuration, builder.Environment.ContentRootPath);
        if (configure is not null)
            services.Configure(OptionsName, configure);
    }

    private void AddServices(IServiceCollection services, IConfiguration configuration, string folder)
    {
        services.AddOptions<SnakepitClientOptions>(OptionsName)
            .Configure(options =>
            {
                (options.IsConnected, options.Section) = (true, Section);
                ClientSection.Read(configuration.GetSection(Section), options);
            })
            .PostConfigure(options =>
            {
                FindConnectionString(options, configuration);
                options.SecretFile = options.SecretFile is { } file ? Path.GetFullPath(file, folder) : null;
                options.Tls.Root(folder);
            })
            .ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<SnakepitClientOptions>, SnakepitClientOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.AddLogging();
        services.AddKeyedSingleton(Key, (provider, _) => new ClusterConnection(
            Read(provider), provider.GetRequiredService<ILoggerFactory>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IHostedService>(Connection);
        services.AddKeyedSingleton<IClusterClient>(Key, (provider, _) => Connection(provider).Client);
        if (this == Plain)
            services.TryAddSingleton<ISnakepitClient>(Make);
        else
            services.AddKeyedSingleton<ISnakepitClient>(Key, (provider, _) => Make(provider));
        services.AddHealthChecks().Add(new HealthCheckRegistration(
            HealthName,
            MakeCheck,
            HealthStatus.Unhealthy,
            [HealthTag]));
    }

    private SnakepitClient Make(IServiceProvider provider) =>
        new(Connection(provider), Read(provider), provider.GetRequiredService<TimeProvider>());

    private ClusterHealthCheck MakeCheck(IServiceProvider provider)
    {
        var connection = Connection(provider);
        return new ClusterHealthCheck(connection, connection.Answers, Read(provider), provider.GetRequiredService<TimeProvider>());
    }

    private ClusterConnection Connection(IServiceProvider provider) => provider.GetRequiredKeyedService<ClusterConnection>(Key);

    private SnakepitClientOptions Read(IServiceProvider provider) =>
        provider.GetRequiredService<IOptionsMonitor<SnakepitClientOptions>>().Get(OptionsName);

    /// <summary>One that was set, in the section or in code, stays. Else ConnectionStrings are looked at.</summary>
    private void FindConnectionString(SnakepitClientOptions options, IConfiguration configuration)
    {
        if (options.ConnectionString is not null || options.ConnectionName is "")
            return;
        var name = options.ConnectionName ?? Key;
        if (configuration.GetConnectionString(name) is { Length: > 0 } found)
        {
            (options.ConnectionString, options.ConnectionSource) = (found, $"ConnectionStrings:{name}");
        }
        else if (options.ConnectionName is not null)
        {
            var known = string.Join(", ", configuration.GetSection("ConnectionStrings").GetChildren().Select(child => child.Key));
            options.Mistakes.Add($"{options.Path("ConnectionName")} is {Mistake.Shown(name)}, but the section ConnectionStrings has "
                + (known.Length == 0 ? "nothing." : $"only {known}."));
        }
    }
}

using Microsoft.Extensions.Configuration;

namespace Snakepit.Hosting.Options;

/// <summary>
/// Short names of the environment, for the options that scripts set most. A short name is weaker than the long one
/// (<c>Snakepit__InstanceToken</c>) and than every source that comes after the environment, and stronger than those before it.
/// </summary>
internal static class ShortNames
{
    /// <summary>Each variable, and the key that it is short for.</summary>
    public static readonly (string Variable, string Key)[] All =
    [
        ("SNAKEPIT_INSTANCE_NAME", "Snakepit:InstanceName"),
        ("SNAKEPIT_INSTANCE_TOKEN", "Snakepit:InstanceToken"),
        ("SNAKEPIT_DATA_DIR", "Snakepit:DataDir"),
        ("SNAKEPIT_OTEL_ENDPOINT", "Snakepit:OpenTelemetry:Exporters:Otlp:Endpoint"),
    ];

    /// <summary>The keys that a short name sets, with their values. An application that reads no environment has none.</summary>
    public static IEnumerable<(string Key, string Value)> Set(IConfiguration configuration)
    {
        IConfigurationProvider[] sources = configuration is IConfigurationRoot root ? [.. Flat(root)] : [];
        // A silo marks its workers, and what they start, with its own identity under these names: no person has set them there.
        var isMarked = !string.IsNullOrEmpty(configuration["SNAKEPIT_WORKER"]);
        return from name in All
               where !isMarked || !name.Key.StartsWith("Snakepit:Instance", StringComparison.Ordinal)
               let value = configuration[name.Variable]
               where !string.IsNullOrEmpty(value)
                   && (configuration[name.Key] is null || LastWith(sources, name.Key) < LastWith(sources, name.Variable))
               select (name.Key, value);
    }

    private static int LastWith(IConfigurationProvider[] sources, string key) =>
        Array.FindLastIndex(sources, source => source.TryGet(key, out var value) && value is not null);

    /// <summary>A configuration may stand in another one as a single source; its own sources then count in its place.</summary>
    private static IEnumerable<IConfigurationProvider> Flat(IConfigurationRoot root) => root.Providers.SelectMany(
        provider => provider is ChainedConfigurationProvider { Configuration: IConfigurationRoot inner } ? Flat(inner) : [provider]);
}

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Snakepit.Core.Configuration;
using Snakepit.Core.Options;

namespace Snakepit.Hosting.Options;

/// <summary>
/// Sets what the section <c>Snakepit</c> of the application's configuration says. Mistakes are kept for <see cref="OptionsCheck"/>,
/// which reports them together with those in code.
/// </summary>
internal sealed class SectionSource(IConfiguration configuration) : IConfigureOptions<SnakepitOptions>
{
    /// <summary>Sections below <c>Snakepit</c> that belong to clients, which may share a file with a silo.</summary>
    private static readonly string[] OfClients = ["Client", "Clients"];

    public IReadOnlyList<OptionMistake> Mistakes { get; private set; } = [];

    /// <summary>Values that are allowed and probably not meant, one sentence each.</summary>
    public IReadOnlyList<string> Doubts { get; private set; } = [];

    public void Configure(SnakepitOptions options)
    {
        var reader = SnakepitOptionsValidator.Fill(options, Section(configuration));
        (Mistakes, Doubts) = (reader.Mistakes, reader.Doubts);
    }

    /// <summary>The section with what short names set, without what belongs to clients.</summary>
    public static ConfigNode Section(IConfiguration configuration)
    {
        var section = ConfigNode.FromFlat(
            SnakepitOptions.Section,
            configuration.GetSection(SnakepitOptions.Section).AsEnumerable(makePathsRelative: true)
                .Where(pair => !OfClients.Contains(pair.Key.Split(':')[0], StringComparer.OrdinalIgnoreCase)));
        foreach (var (key, value) in ShortNames.Set(configuration))
            key.Split(':').Skip(1).Aggregate(section, static (node, name) => node.Child(name)).Value = value;
        return section;
    }
}

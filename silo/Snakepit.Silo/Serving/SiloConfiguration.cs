using Snakepit.Core.Configuration;
using Snakepit.Core.Options;
using Snakepit.Hosting.Failures;
using Snakepit.Hosting.Options;

namespace Snakepit.Silo.Serving;

/// <summary>What the silo was told, from the file, the environment and the command line; the later one wins.</summary>
/// <param name="Root">Everything, as it was read.</param>
/// <param name="Folder">Where relative paths in it start.</param>
internal sealed record SiloConfiguration(IConfigurationRoot Root, string Folder)
{
    /// <summary>The file that is read when none is named, if the current folder has it.</summary>
    private const string DefaultFile = "snakepit.json";

    /// <summary>The file that is read when a person has named this one; null for none.</summary>
    public static string? Choose(string? file) => file ?? (File.Exists(DefaultFile) ? DefaultFile : null);

    /// <summary>The section <c>Snakepit</c>, for commands that start no silo.</summary>
    /// <param name="needsPools">Whether no pool at all is a mistake.</param>
    /// <exception cref="InvalidOptionsException">The section has mistakes.</exception>
    public SnakepitOptions Options(bool needsPools = true) =>
        SnakepitOptionsValidator.Read(SectionSource.Section(Root), needsPools).Rooted(Folder);

    /// <summary>Values that are allowed and probably not meant, one sentence each.</summary>
    public IReadOnlyList<string> Doubts()
    {
        var source = new SectionSource(Root);
        source.Configure(new SnakepitOptions());
        return source.Doubts;
    }

    /// <exception cref="StartupException">No such file, no valid JSON.</exception>
    public static SiloConfiguration Read(string? file, IReadOnlyList<string> arguments)
    {
        if (CommandWords.Flaw(arguments) is { } flaw)
            throw new StartupException(flaw);
        var builder = new ConfigurationBuilder();
        var folder = Directory.GetCurrentDirectory();
        file = Choose(file);
        if (file is not null)
        {
            var path = Path.GetFullPath(file);
            if (!File.Exists(path))
                throw new StartupException($"There is no configuration file '{path}'.");
            folder = Path.GetDirectoryName(path)!;
            builder.AddJsonFile(path, optional: false, reloadOnChange: false);
        }

        builder.AddInMemoryCollection(ShortNames.All
            .Select(name => KeyValuePair.Create(name.Key, Environment.GetEnvironmentVariable(name.Variable)))
            .Where(pair => !string.IsNullOrEmpty(pair.Value)));
        builder.AddEnvironmentVariables();
        builder.AddCommandLine([.. arguments]);
        IConfigurationRoot root;
        try
        {
            root = builder.Build();
        }
        catch (Exception error) when (error is InvalidDataException or FormatException)
        {
            throw new StartupException($"The configuration cannot be read: {error.GetBaseException().Message}", error);
        }

        SectionNames.Check(root);
        LogLevels.Check(root);
        LaterWins(root, RogueCleanupOptions.ShortForm, RogueCleanupOptions.LongForm);
        return new SiloConfiguration(root, folder);
    }

    /// <summary>An option that has two forms: the one whose source comes later counts, as it does for a single form.</summary>
    private static void LaterWins(IConfigurationRoot root, string shortForm, string longForm)
    {
        var shortAt = LastSource(root, shortForm);
        if (shortAt >= 0 && LastSource(root, longForm) > shortAt)
            root[shortForm] = null;
    }

    /// <summary>-1 when no source has it.</summary>
    private static int LastSource(IConfigurationRoot root, string key) =>
        root.Providers.ToList().FindLastIndex(provider => provider.TryGet(key, out var value) && value is not null);
}

using Microsoft.Extensions.Configuration.CommandLine;
using Microsoft.Extensions.Configuration.Json;
using Snakepit.Core.Options;
using Snakepit.Errors;
using Snakepit.Hosting.Failures;

namespace Snakepit.Silo.Serving;

/// <summary>Finds a section that was meant to be <c>Snakepit</c>; under another name nothing of it would count.</summary>
internal static class SectionNames
{
    private const int MostMistyped = 2;

    /// <exception cref="StartupException">A source has a section whose name is nearly right.</exception>
    public static void Check(IConfigurationRoot root)
    {
        foreach (var provider in root.Providers)
        {
            foreach (var name in provider.GetChildKeys([], null).Distinct(StringComparer.OrdinalIgnoreCase).Where(IsMistyped))
            {
                // A variable of another program may well have a similar name; only one with a section's separator is meant for us.
                if (provider.GetChildKeys([], name).Any())
                {
                    throw new StartupException(
                        $"{Source(provider)} has a section '{name}', which means nothing. Did you mean '{SnakepitOptions.Section}'?");
                }
            }
        }
    }

    private static bool IsMistyped(string name) =>
        !name.Equals(SnakepitOptions.Section, StringComparison.OrdinalIgnoreCase)
        && Math.Abs(name.Length - SnakepitOptions.Section.Length) <= MostMistyped
        && Spelling.Distance(name.ToUpperInvariant(), SnakepitOptions.Section.ToUpperInvariant()) <= MostMistyped;

    private static string Source(IConfigurationProvider provider) => provider switch
    {
        JsonConfigurationProvider { Source: var file } =>
            $"The file '{file.FileProvider?.GetFileInfo(file.Path ?? "").PhysicalPath ?? file.Path}'",
        CommandLineConfigurationProvider => "The command line",
        _ => "The environment",
    };
}

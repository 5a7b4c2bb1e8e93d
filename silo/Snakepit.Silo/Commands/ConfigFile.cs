using System.CommandLine;

namespace Snakepit.Silo.Commands;

/// <summary>The option that names the configuration's file.</summary>
internal static class ConfigFile
{
    public static Option<string?> Option() => new("--config")
    {
        Description = "JSON file with the section Snakepit; default: snakepit.json here",
        HelpName = "FILE",
    };
}

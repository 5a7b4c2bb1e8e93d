using Microsoft.Extensions.Logging.Console;
using Snakepit.Hosting.Failures;

namespace Snakepit.Silo.Serving;

/// <summary>Checks the levels under <c>Logging</c>, which the logging library would answer with a stack trace.</summary>
internal static class LogLevels
{
    private const string Section = "LogLevel";

    private static readonly string[] Forms = [ConsoleFormatterNames.Simple, ConsoleFormatterNames.Json];

    /// <exception cref="StartupException">A level is none, or there is no such form of the log.</exception>
    public static void Check(IConfiguration root)
    {
        CheckForm(root[SiloLogging.FormatKey]);
        foreach (var (path, value) in root.GetSection("Logging").AsEnumerable())
        {
            if (value is { Length: > 0 } && IsLevel(path) && !Enum.TryParse<LogLevel>(value, ignoreCase: true, out _))
            {
                var known = string.Join(", ", Enum.GetNames<LogLevel>());
                throw new StartupException($"{path} = '{value}': there is no such level; known are {known}.");
            }
        }
    }

    private static void CheckForm(string? form)
    {
        if (form is not null && !Forms.Contains(form, StringComparer.OrdinalIgnoreCase))
            throw new StartupException($"{SiloLogging.FormatKey} = '{form}': expected {string.Join(" or ", Forms)}.");
    }

    private static bool IsLevel(string path) =>
        path.Split(':') is [_, .., var section, _] && section.Equals(Section, StringComparison.OrdinalIgnoreCase);
}

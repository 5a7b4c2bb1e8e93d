using Snakepit.Hosting.Failures;

namespace Snakepit.Silo.Serving;

/// <summary>Checks the levels under <c>Logging</c>, which the logging library would answer with a stack trace.</summary>
internal static class LogLevels
{
    private const string Section = "LogLevel";

    /// <exception cref="StartupException">A level is none.</exception>
    public static void Check(IConfiguration root)
    {
        foreach (var (path, value) in root.GetSection("Logging").AsEnumerable())
        {
            if (value is { Length: > 0 } && IsLevel(path) && !Enum.TryParse<LogLevel>(value, ignoreCase: true, out _))
            {
                var known = string.Join(", ", Enum.GetNames<LogLevel>());
                throw new StartupException($"{path} = '{value}': there is no such level; known are {known}.");
            }
        }
    }

    private static bool IsLevel(string path) =>
        path.Split(':') is [_, .., var section, _] && section.Equals(Section, StringComparison.OrdinalIgnoreCase);
}

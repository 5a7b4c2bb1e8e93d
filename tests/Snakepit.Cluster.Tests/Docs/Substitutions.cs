using System.Text.RegularExpressions;

namespace Snakepit.Cluster.Tests.Docs;

/// <summary>What stands on the pages and is another thing in a test. Everything else is run as it stands there.</summary>
internal static class Substitutions
{
    /// <summary>Patterns and what takes their place; <c>{url}</c>, <c>{folder}</c> and <c>{database}</c> are the page's own.</summary>
    private static readonly (string Pattern, string Text)[] Table =
    [
        // the program of this build
        (@"^\./snakepit\b", "snakepit"),
        // places
        (@"http://127\.0\.0\.1:8400", "{url}"),
        (@"^snakepit (serve|dev|doctor)\b(?!.* --urls)", "snakepit $1 --urls {url}"),
        (@"/etc/snakepit\b", "{folder}"),
        (@"\.\./demo\b", "demo"), // beside the repository
        (@"Host=localhost;[^']*…", "{database}"),
        // names
        (@"\bSILO\b", DocumentCluster.Leaver),
        (@"\bNAME\b", "silo-1"),
        (@"\bPOOL\b", "default"),
        (@"(?<=--slot )N\b", "0"),
        (@"#0\.3\b", "#0.1"),
        // time
        (@"--seconds 60\b", "--seconds 1"),
        (@"^snakepit profile (\S+)(?!.* --seconds)", "snakepit profile $1 --seconds 1"),
        (@"^snakepit bench (\S+)(?!.* --seconds)", "snakepit bench $1 --seconds 1"),
        (@"--size 8\b", "--size 3"),
    ];

    /// <summary>The command for the test.</summary>
    public static string Apply(string command, Uri url, string folder, string database)
    {
        foreach (var (pattern, text) in Table)
            command = Regex.Replace(command, pattern, text);
        return command
            .Replace("{url}", url.ToString().TrimEnd('/'), StringComparison.Ordinal)
            .Replace("{folder}", folder, StringComparison.Ordinal)
            .Replace("{database}", database, StringComparison.Ordinal);
    }
}

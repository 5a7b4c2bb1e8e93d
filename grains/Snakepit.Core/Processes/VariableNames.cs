namespace Snakepit.Core.Processes;

/// <summary>What is known about variables by their names alone. <c>docs/environment.md</c> prints these lists for operators.</summary>
public static class VariableNames
{
    /// <summary>Looks like a secret, or is the silo's own configuration.</summary>
    public static IReadOnlyList<NamePattern> Secrets { get; } = Patterns(
        "*PASSWORD*", "*PASSWD*", "*PASSPHRASE*", "*_PWD", "*SECRET*", "*TOKEN*", "*CREDENTIAL*",
        "*_KEY", "*APIKEY*", "*API_KEY*", "*ACCESSKEY*", "*ACCESS_KEY*", "*PRIVATEKEY*", "*PRIVATE_KEY*",
        "*CONNECTIONSTRING*", "*CONNECTION_STRING*", "*CONNSTR_*", "*DATABASE_URL", "*_DSN", "PGPASSFILE", "PGSERVICEFILE",
        "OTEL_EXPORTER_OTLP*HEADERS", "Snakepit__*");

    /// <summary>Caught by a pattern above, and known to hold no secret.</summary>
    public static IReadOnlyList<NamePattern> Harmless { get; } = Patterns("TOKENIZERS_PARALLELISM");

    /// <summary>
    /// Passes whatever the list says: without these an interpreter finds neither itself, its libraries nor a folder to write to.
    /// </summary>
    public static IReadOnlyList<NamePattern> Necessary { get; } = Patterns(
        "PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "LC_*", "TZ", "TZDIR", "TMPDIR", "TEMP", "TMP", "XDG_RUNTIME_DIR",
        "LD_LIBRARY_PATH", "DYLD_*LIBRARY_PATH", "VIRTUAL_ENV", "CONDA_PREFIX", "PYTHONPATH", "PYTHONHOME", "SSL_CERT_FILE", "SSL_CERT_DIR",
        "SYSTEMROOT", "WINDIR", "COMSPEC", "PATHEXT", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "PROGRAMDATA");

    internal static bool Matches(this IEnumerable<NamePattern> patterns, string name) => patterns.Any(pattern => pattern.Matches(name));

    private static NamePattern[] Patterns(params string[] texts) => [.. texts.Select(text => new NamePattern(text))];
}

namespace Snakepit.Client.Connections;

/// <summary>How a mistake's sentence shows a value that a person has written.</summary>
internal static class Mistake
{
    /// <summary>
    /// The value in quotes. One that looks like a connection string was written into the wrong option; it may have a password, so it is
    /// described and not shown.
    /// </summary>
    public static string Shown(string value) =>
        value.Contains('=', StringComparison.Ordinal) || value.Contains("://", StringComparison.Ordinal)
            ? "a connection string or URL"
            : $"'{value}'";
}

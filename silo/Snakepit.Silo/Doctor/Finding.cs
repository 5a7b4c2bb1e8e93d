using System.Text.Json.Serialization;

namespace Snakepit.Silo.Doctor;

/// <summary>What the doctor thinks of one thing.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FindingState>))]
internal enum FindingState
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>A silo starts, and something may go wrong later.</summary>
    Warning,

    /// <summary>A silo does not start, or a pool does not serve.</summary>
    Error,

    /// <summary>It was not looked at, and the message says why.</summary>
    Skipped,
}

/// <summary>What the doctor found out about one thing.</summary>
/// <param name="Check">The thing.</param>
/// <param name="Pool">The pool that it is about; null when it is about the whole silo.</param>
/// <param name="State">How it is.</param>
/// <param name="Message">What was found, with the number that matters.</param>
/// <param name="Mend">What mends it, a command where there is one; null when nothing is to be mended.</param>
internal sealed record Finding(string Check, string? Pool, FindingState State, string Message, string? Mend)
{
    public static Finding Ok(string check, string message, string? pool = null) => new(check, pool, FindingState.Ok, message, null);

    public static Finding Warning(string check, string message, string mend, string? pool = null) =>
        new(check, pool, FindingState.Warning, message, mend);

    public static Finding Error(string check, string message, string? mend, string? pool = null) =>
        new(check, pool, FindingState.Error, message, mend);

    public static Finding Skipped(string check, string message, string? pool = null) =>
        new(check, pool, FindingState.Skipped, message, null);
}

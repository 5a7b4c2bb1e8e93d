using System.Text.Json.Serialization;

namespace Snakepit.AspNetCore.Audit;

/// <summary>How a management action ended.</summary>
internal enum AuditResult
{
    /// <summary>It was done.</summary>
    Done,

    /// <summary>Its caller may not do it.</summary>
    Refused,

    /// <summary>Its caller may do it, and it did not work.</summary>
    Failed,
}

/// <summary>A line of the audit file. Names stay as they are: programs read them.</summary>
/// <param name="Time">When it ended.</param>
/// <param name="Result">How it ended.</param>
/// <param name="Who">The key's name, the token's subject, or what is known of the caller.</param>
/// <param name="How">How the door knows the caller; <c>unknown</c> when it does not.</param>
/// <param name="From">The caller's address.</param>
/// <param name="Action">stack, logs, profile, sessions, recycle, scale, drain or resume.</param>
/// <param name="Target">The pool or the silo; <c>all pools</c> for what concerns them.</param>
/// <param name="Parameters">Of the request.</param>
/// <param name="Status">Of the answer.</param>
/// <param name="Code">Of the problem; null when it was done.</param>
internal sealed record AuditEntry(
    DateTimeOffset Time,
    [property: JsonConverter(typeof(JsonStringEnumConverter<AuditResult>))] AuditResult Result,
    string Who,
    string How,
    string From,
    string Action,
    string Target,
    IReadOnlyDictionary<string, string> Parameters,
    int Status,
    string? Code);

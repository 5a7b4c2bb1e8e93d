using Snakepit.AspNetCore.Access;
using Snakepit.AspNetCore.Management;
using Snakepit.Core.Access;
using Snakepit.Errors;
using Snakepit.Execution;

namespace Snakepit.Silo.Serving;

/// <summary>
/// <c>GET /v1/log-levels</c> says which levels were set while this silo runs; <c>POST /v1/log-levels?category=…&amp;level=…</c> sets
/// one, with <c>&amp;for=10m</c> for a while; without <c>level</c> it goes back to the configuration.
/// </summary>
internal static class LogLevelEndpoints
{
    /// <summary>Longest name of a category.</summary>
    private const int LongestName = 200;

    public static void MapLogLevels(this IEndpointRouteBuilder app, RunTimeLevels levels)
    {
        app.MapGet("/v1/log-levels", () => Answer(levels))
            .Needs(AccessScope.Admin, "log-level").Says<LogLevelsDocument>("Lists the levels that were set while the silo runs");
        app.MapPost("/v1/log-levels", (HttpRequest request) =>
        {
            var query = request.Query;
            levels.Set(CategoriesOf(query["category"]), LevelOf(query["level"]), LimitOf(query["for"]));
            return Answer(levels);
        }).Needs(AccessScope.Admin, "log-level").Says<LogLevelsDocument>("Sets the level of a log category while the silo runs");
    }

    private static IResult Answer(RunTimeLevels levels) => Results.Json(
        new LogLevelsDocument(levels.Levels.ToDictionary(pair => pair.Key, pair => pair.Value.ToString(), StringComparer.Ordinal)),
        StatusDocument.Json);

    private static IReadOnlyList<string> CategoriesOf(string? text)
    {
        if (text is not { Length: > 0 and <= LongestName } || text.Contains(':'))
            throw Invalid($"category is '{text}'; expected a name of 1 to {LongestName} characters without a colon, for example pool.");
        if (LogWords.Meant(text) is { } meant)
            throw Invalid($"category is '{text}', which is no word for categories. Did you mean '{meant}'?");
        return LogWords.Categories(text);
    }

    private static LogLevel? LevelOf(string? text) =>
        string.IsNullOrEmpty(text) ? null
        : !int.TryParse(text, out _) && Enum.TryParse<LogLevel>(text, ignoreCase: true, out var level) ? level
        : throw Invalid($"level is '{text}'; known are {string.Join(", ", Enum.GetNames<LogLevel>())}.");

    private static TimeSpan? LimitOf(string? text) =>
        string.IsNullOrEmpty(text) ? null
        : Duration.TryParse(text) is { } limit && limit > TimeSpan.Zero && limit <= TimeSpan.FromDays(1) ? limit
        : throw Invalid($"for is '{text}'; expected {Duration.Forms}, a day at most.");

    private static SnakepitException Invalid(string message) => new(SnakepitErrorCode.InvalidRequest, message);
}

/// <summary>The answer: levels by category. Categories that are not here have the level of the configuration.</summary>
internal sealed record LogLevelsDocument(Dictionary<string, string> Levels);

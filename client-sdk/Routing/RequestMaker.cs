using System.Diagnostics;
using System.Text.Json;
using Snakepit.Errors;
using Snakepit.Execution;

namespace Snakepit.Client.Routing;

/// <summary>Makes the request that is sent from what the application passes.</summary>
internal static class RequestMaker
{
    private static readonly byte[] NoArguments = "{}"u8.ToArray();

    /// <summary>Writes a call's arguments as UTF-8 JSON.</summary>
    /// <exception cref="SnakepitException">They are no JSON object.</exception>
    public static byte[] Arguments(string tool, object? args, JsonSerializerOptions options)
    {
        if (args is null)
            return NoArguments;
        byte[] json;
        try
        {
            json = JsonSerializer.SerializeToUtf8Bytes(args, args.GetType(), options);
        }
        catch (Exception error) // the getters and converters of the application's own types may throw anything
        {
            throw new SnakepitException(
                new Failure
                {
                    Code = SnakepitErrorCode.InvalidArguments,
                    Message = $"The arguments of tool '{tool}' cannot be written as JSON: {error.Message}",
                    Outcome = Outcome.NotStarted,
                },
                error);
        }

        return json is [(byte)'{', ..]
            ? json
            : throw new SnakepitException(
                SnakepitErrorCode.InvalidArguments,
                $"The arguments of tool '{tool}' are no object but {args.GetType().Name}; pass an object whose properties are the tool's "
                + "keyword arguments, for example new { value = 1 }.");
    }

    private const int LongestSessionId = 256;

    /// <summary>
    /// The parts of a request that are the same in each try. Copies what the caller may change: made once, before the call first waits.
    /// </summary>
    /// <exception cref="SnakepitException">
    /// The budget is not more than zero, the session's name is empty or too long, or the metadata is not allowed.
    /// </exception>
    public static ToolRequest Describe(string tool, byte[] arguments, ToolCallOptions options)
    {
        CheckBudget(tool, options.Timeout);
        return Copy(tool, arguments, options);
    }

    private static ToolRequest Copy(string tool, byte[] arguments, ToolCallOptions options) => new()
    {
        Tool = tool,
        Arguments = arguments,
        Attachments = options.Attachments is { Count: > 0 } attachments
            ? [.. attachments.Select(item => new Attachment(item.Key, item.Value.ToArray()))]
            : null,
        Budget = Timeout.InfiniteTimeSpan,
        SessionId = Checked(options.SessionId),
        Idempotent = options.Idempotent,
        CorrelationId = options.CorrelationId ?? Activity.Current?.TraceId.ToString(),
        TraceParent = Activity.Current?.Id,
        TraceState = Activity.Current?.TraceStateString,
        Metadata = MetadataRule.Checked(options.Metadata),
    };

    private static void CheckBudget(string tool, TimeSpan? own)
    {
        if (own is { } budget && budget <= TimeSpan.Zero && budget != Timeout.InfiniteTimeSpan)
        {
            throw new SnakepitException(
                SnakepitErrorCode.InvalidRequest,
                $"ToolCallOptions.Timeout of the call to tool '{tool}' is {budget.TotalSeconds:0.###} s; it needs more than zero, "
                + "Timeout.InfiniteTimeSpan for no limit, or null for the pool's budget.");
        }
    }

    private static string? Checked(string? sessionId) => sessionId is null or { Length: > 0 and <= LongestSessionId }
        ? sessionId
        : throw new SnakepitException(
            SnakepitErrorCode.InvalidRequest,
            $"The name of the session has {sessionId.Length} characters; it needs 1 to {LongestSessionId}, or null for no session.");
}

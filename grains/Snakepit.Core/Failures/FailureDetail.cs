using System.Text.RegularExpressions;
using Snakepit.Core.Options;
using Snakepit.Errors;

namespace Snakepit.Core.Failures;

/// <summary>
/// How much of a failure callers over HTTP see. <see cref="ErrorDetail.Full"/>: everything. <see cref="ErrorDetail.Message"/>: code,
/// outcome, stage, times and the first line of the message, without Python's traceback, details, numbers of processes and folders.
/// <see cref="ErrorDetail.Code"/>: code and outcome with a sentence that is always the same.
/// </summary>
public static partial class FailureDetail
{
    public const string Sentence =
        "The call failed. This silo says no more than the code; its log and 'snakepit status' on its own host do.";

    public static Failure Cut(Failure failure, ErrorDetail detail) => detail switch
    {
        ErrorDetail.Full => failure,
        ErrorDetail.Message => failure with { Message = Text(failure.Message), Python = null, Details = new Dictionary<string, string>() },
        ErrorDetail.Code => new Failure { Code = failure.Code, Message = Sentence, Outcome = failure.Outcome },
        _ => throw new ArgumentOutOfRangeException(nameof(detail), detail, "Unknown error detail."),
    };

    /// <summary>A text from a worker, as it may be told; null when nothing of it may.</summary>
    public static string? Cut(string? text, ErrorDetail detail) => detail switch
    {
        ErrorDetail.Full => text,
        ErrorDetail.Message => text is null ? null : Text(text),
        ErrorDetail.Code => null,
        _ => throw new ArgumentOutOfRangeException(nameof(detail), detail, "Unknown error detail."),
    };

    private static string Text(string message) =>
        Process().Replace(Folders().Replace(message.Split('\n', 2)[0].TrimEnd('\r'), "…/${last}"), "");

    /// <summary>Absolute paths on Unix and Windows; those in URLs begin behind a colon, a slash or a name.</summary>
    [GeneratedRegex(@"(?<![\w:/.\\~])(?:[A-Za-z]:\\(?:[^\s'""\\:;,()]+\\)*|~?/(?:[^\s'""/:;,()]+/)+)(?<last>[^\s'""/\\:;,()]*)")]
    private static partial Regex Folders();

    [GeneratedRegex(@" \((?:process|pid) \d+\)|(?:, | )(?:process|pid) \d+")]
    private static partial Regex Process();
}

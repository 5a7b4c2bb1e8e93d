using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Snakepit.Core.Failures;
using Snakepit.Core.Options;
using Snakepit.Errors;
using Snakepit.Telemetry;

namespace Snakepit.AspNetCore.Problems;

/// <summary>Failed calls as HTTP says them: the one map from codes to statuses, and the problem document (RFC 9457). Thread-safe.</summary>
public static class SnakepitProblems
{
    /// <summary>Not an official status, but the one that proxies log for a client that went away.</summary>
    public const int ClientClosedRequest = 499;

    /// <summary>The status of a failure.</summary>
    /// <param name="code">What happened.</param>
    /// <returns>400 to 504; 500 for a tool that raised and for codes of newer versions.</returns>
    public static int Status(SnakepitErrorCode code) => code switch
    {
        SnakepitErrorCode.PoolNotFound or SnakepitErrorCode.ToolNotFound => StatusCodes.Status404NotFound,
        SnakepitErrorCode.InvalidArguments or SnakepitErrorCode.InvalidRequest => StatusCodes.Status400BadRequest,
        SnakepitErrorCode.RequestTooLarge => StatusCodes.Status413PayloadTooLarge,
        SnakepitErrorCode.QueueFull => StatusCodes.Status429TooManyRequests,
        SnakepitErrorCode.PoolNotReady or SnakepitErrorCode.PoolFailed or SnakepitErrorCode.PoolDraining or SnakepitErrorCode.PoolTripped
            or SnakepitErrorCode.WorkerRefused or SnakepitErrorCode.SiloUnreachable or SnakepitErrorCode.ClusterUnreachable
            or SnakepitErrorCode.SiloBusy or SnakepitErrorCode.ShardBusy or SnakepitErrorCode.CallMoved
            => StatusCodes.Status503ServiceUnavailable,
        SnakepitErrorCode.QueueTimeout or SnakepitErrorCode.DeadlineExceeded or SnakepitErrorCode.ExecutionTimeout
            or SnakepitErrorCode.StreamReaderTimeout => StatusCodes.Status504GatewayTimeout,
        SnakepitErrorCode.Cancelled => ClientClosedRequest,
        SnakepitErrorCode.WorkerExited or SnakepitErrorCode.StreamLost => StatusCodes.Status502BadGateway,
        _ => StatusCodes.Status500InternalServerError,
    };

    /// <summary>
    /// The problem document of a failure: <c>status</c>, <c>title</c>, <c>detail</c>, and the extensions <c>code</c>, <c>category</c>
    /// and <c>outcome</c>; with more than <see cref="ErrorDetail.Code"/> also <c>stage</c> and <c>elapsedMs</c>; with
    /// <see cref="ErrorDetail.Full"/> also <c>python</c> and <c>details</c>, where there are any.
    /// </summary>
    /// <param name="failure">What happened; <see cref="SnakepitException.Failure"/> has it.</param>
    /// <param name="detail">How much of it the caller may see.</param>
    public static ProblemDetails From(Failure failure, ErrorDetail detail = ErrorDetail.Message)
    {
        failure = FailureDetail.Cut(failure, detail);
        var problem = new ProblemDetails
        {
            Status = Status(failure.Code),
            Title = Title(failure.Code.ToWire()),
            Detail = failure.Message,
            Extensions =
            {
                ["code"] = failure.Code.ToWire(),
                ["category"] = failure.Code.Category().ToWire(),
                ["outcome"] = failure.Outcome.ToString(),
            },
        };
        if (detail == ErrorDetail.Code)
            return problem;
        problem.Extensions["stage"] = failure.Stage.ToString().ToLowerInvariant();
        problem.Extensions["elapsedMs"] = Elapsed(failure.Elapsed);
        if (failure.Python is { } python)
            problem.Extensions["python"] = new { type = python.Type, message = python.Message, traceback = python.Traceback };
        if (failure.Details.Count > 0)
            problem.Extensions["details"] = failure.Details;
        return problem;
    }

    /// <summary>
    /// Sets the headers that belong to a failure: <c>Retry-After</c> when trying later helps and the tool surely did not run. Callers that
    /// obey the header send the same request again, and a tool that has run would run twice.
    /// </summary>
    internal static void AddHeaders(HttpResponse response, Failure failure)
    {
        var status = Status(failure.Code);
        if (status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable
            && failure.Outcome == Outcome.NotStarted)
            response.Headers.RetryAfter = "1";
        if (status == StatusCodes.Status413PayloadTooLarge || failure.Code == SnakepitErrorCode.SiloBusy)
            response.Headers.Connection = "close"; // the rest of the body is not read
    }

    /// <summary>The code as words: <c>queue_full</c> is "Queue full".</summary>
    internal static string Title(string code)
    {
        var words = code.Replace('_', ' ');
        return char.ToUpperInvariant(words[0]) + words[1..];
    }

    private static Dictionary<string, double> Elapsed(StageTimes times) => new()
    {
        ["client"] = times.Client.TotalMilliseconds,
        ["queue"] = times.Queue.TotalMilliseconds,
        ["dispatch"] = times.Dispatch.TotalMilliseconds,
        ["python"] = times.Python.TotalMilliseconds,
        ["return"] = times.Return.TotalMilliseconds,
    };
}

using Microsoft.AspNetCore.Mvc;
using Snakepit.Core.Failures;
using Snakepit.Core.Options;
using Snakepit.Errors;
using Snakepit.Silo.Hosting;
using Snakepit.Telemetry;

namespace Snakepit.Silo.Http;

/// <summary>Failures as HTTP says them.</summary>
internal static class Problems
{
    /// <summary>Not an official code, but the one that proxies log for a client that went away.</summary>
    public const int ClientClosedRequest = 499;

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

    public static IResult From(HttpContext http, Failure failure)
    {
        var status = Status(failure.Code);
        if (status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable)
            http.Response.Headers.RetryAfter = "1";
        if (status == StatusCodes.Status413PayloadTooLarge || failure.Code == SnakepitErrorCode.SiloBusy)
            http.Response.Headers.Connection = "close"; // the rest of the body is not read
        return Results.Problem(Document(http, failure));
    }

    /// <summary>A body that did not come as it should: too slowly, or torn off.</summary>
    public static IResult From(HttpContext http, BadHttpRequestException error)
    {
        var message = error.StatusCode == StatusCodes.Status408RequestTimeout
            ? "The body came too slowly: a caller has to send 240 bytes a second, counted from 5 s on."
            : $"The body did not come to its end: {error.Message}";
        var problem = Document(http, new Failure { Code = SnakepitErrorCode.InvalidRequest, Message = message, Outcome = Outcome.NotStarted });
        problem.Status = error.StatusCode;
        return Results.Problem(problem);
    }

    /// <summary>The problem itself, for a stream whose status line has left already. Tells as much as the door may.</summary>
    public static ProblemDetails Document(HttpContext http, Failure whole)
    {
        var services = http.RequestServices;
        var detail = services.GetRequiredService<Door>().Detail;
        var failure = FailureDetail.Cut(whole, detail);
        if (!ReferenceEquals(failure, whole))
        {
            SiloLog.ToldLess(
                services.GetRequiredService<ILogger<Door>>(), detail.ToString(), whole.Code.ToWire(), whole.Outcome.ToString(), whole.Message,
                whole.Python?.Traceback ?? "");
        }

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

    private static Dictionary<string, double> Elapsed(StageTimes times) => new()
    {
        ["client"] = times.Client.TotalMilliseconds,
        ["queue"] = times.Queue.TotalMilliseconds,
        ["dispatch"] = times.Dispatch.TotalMilliseconds,
        ["python"] = times.Python.TotalMilliseconds,
        ["return"] = times.Return.TotalMilliseconds,
    };

    /// <summary>The code as words: <c>queue_full</c> is "Queue full".</summary>
    public static string Title(string code)
    {
        var words = code.Replace('_', ' ');
        return char.ToUpperInvariant(words[0]) + words[1..];
    }
}

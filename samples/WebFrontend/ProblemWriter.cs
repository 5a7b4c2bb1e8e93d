using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Snakepit.Errors;

namespace Snakepit.Samples.WebFrontend;

/// <summary>Failed calls as problem details, with all that the page's error card shows.</summary>
internal sealed class ProblemWriter(IProblemDetailsService problems) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext http, Exception exception, CancellationToken cancellationToken)
    {
        var problem = exception switch
        {
            SnakepitException error => From(error),
            BadHttpRequestException error => From(error),
            _ => null, // a mistake of ours: logged, and answered without details
        };
        if (problem is null)
            return false;
        http.Response.StatusCode = problem.Status!.Value;
        return await problems.TryWriteAsync(new ProblemDetailsContext { HttpContext = http, ProblemDetails = problem });
    }

    private static ProblemDetails From(SnakepitException error) => new()
    {
        Status = Status(error.Category),
        Title = Words(error.Code.ToWire()),
        Detail = error.Message,
        Extensions =
        {
            ["code"] = error.Code.ToWire(),
            ["outcome"] = error.Outcome.ToString(),
            ["stage"] = error.Stage.ToString(),
            ["python"] = error.Python is { } python
                ? new { type = python.Type, message = python.Message, traceback = python.Traceback }
                : null,
        },
    };

    private static ProblemDetails From(BadHttpRequestException error) => new()
    {
        Status = error.StatusCode,
        Title = error.StatusCode == StatusCodes.Status413PayloadTooLarge ? "Too large" : "Bad request",
        Detail = error.StatusCode == StatusCodes.Status413PayloadTooLarge
            ? $"Documents may have {Upload.DocumentBytes / 1024} KB, pictures {Upload.ImageBytes / 1024 / 1024} MB."
            : error.Message,
        Extensions = { ["code"] = "request_refused", ["outcome"] = nameof(Outcome.NotStarted), ["stage"] = "Frontend" },
    };

    private static int Status(ErrorCategory category) => category switch
    {
        ErrorCategory.PythonError => StatusCodes.Status422UnprocessableEntity,
        ErrorCategory.Validation => StatusCodes.Status400BadRequest,
        ErrorCategory.Timeout => StatusCodes.Status504GatewayTimeout,
        ErrorCategory.Pool or ErrorCategory.Link => StatusCodes.Status503ServiceUnavailable,
        ErrorCategory.Worker => StatusCodes.Status502BadGateway,
        _ => StatusCodes.Status500InternalServerError,
    };

    private static string Words(string code) => char.ToUpperInvariant(code[0]) + code[1..].Replace('_', ' ');
}

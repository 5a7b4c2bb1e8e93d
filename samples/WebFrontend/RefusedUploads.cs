using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;

namespace Snakepit.Samples.WebFrontend;

/// <summary>Uploads that the web server refused, with the limits of this page. Failed calls have their own handler.</summary>
internal sealed class RefusedUploads(IProblemDetailsService problems) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext http, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is not BadHttpRequestException error)
            return false;
        http.Response.StatusCode = error.StatusCode;
        return await problems.TryWriteAsync(new ProblemDetailsContext { HttpContext = http, ProblemDetails = From(error) });
    }

    private static ProblemDetails From(BadHttpRequestException error) => new()
    {
        Status = error.StatusCode,
        Title = error.StatusCode == StatusCodes.Status413PayloadTooLarge ? "Too large" : "Bad request",
        Detail = error.StatusCode == StatusCodes.Status413PayloadTooLarge
            ? $"Documents may have {Upload.DocumentBytes / 1024} KB, pictures {Upload.ImageBytes / 1024 / 1024} MB."
            : error.Message,
        Extensions = { ["code"] = "request_refused", ["outcome"] = "NotStarted", ["stage"] = "frontend" },
    };
}

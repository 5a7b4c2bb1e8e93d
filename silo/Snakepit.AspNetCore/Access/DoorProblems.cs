using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Snakepit.AspNetCore.Problems;
using Snakepit.Core.Options;
using Snakepit.Errors;

namespace Snakepit.AspNetCore.Access;

/// <summary>
/// Turns failed calls into the problem documents that the HTTP door answers with. A document contains as much detail as
/// <c>Snakepit:Http:ErrorDetail</c> allows; the log gets what it leaves out.
/// </summary>
internal static class DoorProblems
{
    public static IResult From(HttpContext http, Failure failure)
    {
        SnakepitProblems.AddHeaders(http.Response, failure);
        return Results.Problem(Document(http, failure));
    }

    /// <summary>A body that did not come as it should: too slowly, or torn off.</summary>
    public static IResult From(HttpContext http, BadHttpRequestException error)
    {
        var message = error.StatusCode == StatusCodes.Status408RequestTimeout
            ? "The body came too slowly: a caller has to send 240 bytes a second, counted from 5 s on."
            : $"The body did not come to its end: {error.Message}";
        var problem = Document(
            http, new Failure { Code = SnakepitErrorCode.InvalidRequest, Message = message, Outcome = Outcome.NotStarted });
        problem.Status = error.StatusCode;
        return Results.Problem(problem);
    }

    /// <summary>The problem itself, for a stream whose status line has left already.</summary>
    public static ProblemDetails Document(HttpContext http, Failure failure)
    {
        var detail = http.Features.GetRequiredFeature<Door>().Detail;
        if (detail != ErrorDetail.Full)
        {
            DoorLog.ToldLess(
                http.RequestServices.GetRequiredService<ILogger<Door>>(),
                detail.ToString(),
                failure.Code.ToWire(),
                failure.Outcome.ToString(),
                failure.Message,
                failure.Python?.Traceback ?? "");
        }

        return SnakepitProblems.From(failure, detail);
    }
}

using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Snakepit.AspNetCore.Audit;
using Snakepit.AspNetCore.Problems;
using Snakepit.Core.Access;
using Snakepit.Core.Failures;
using Snakepit.Core.Http;
using Snakepit.Core.Options;
using Snakepit.Errors;

namespace Snakepit.AspNetCore.Access;

/// <summary>Answers requests that do not come in, before anything of them is read.</summary>
internal static class Refusals
{
    private const string Realm = "Bearer realm=\"snakepit\"";

    /// <param name="http">The request.</param>
    /// <param name="services">Of the door.</param>
    /// <param name="refusal">What is wrong with it.</param>
    /// <param name="caller">Who it is of; null when the door does not know.</param>
    public static Task WriteAsync(HttpContext http, DoorServices services, DoorRefusal refusal, Caller? caller)
    {
        var logger = http.RequestServices.GetRequiredService<ILogger<Door>>();
        DoorLog.TurnedAway(logger, http.Request.Method, refusal.Code, refusal.Message);
        if (DoorVerb.Of(http) is { IsManagement: true } verb)
            services.Audit.Write(http, verb.Word, caller, AuditResult.Refused, refusal.Status, refusal.Code);
        var response = http.Response;
        response.StatusCode = refusal.Status;
        if (refusal.Status == StatusCodes.Status401Unauthorized)
            response.Headers.WWWAuthenticate = Realm;
        if (refusal.RetryAfter is { } after)
            response.Headers.RetryAfter = ((int)after.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return response.WriteAsJsonAsync(Problem(refusal, services.Door.Detail), options: null, contentType: "application/problem+json");
    }

    private static ProblemDetails Problem(DoorRefusal refusal, ErrorDetail detail) => new()
    {
        Status = refusal.Status,
        Title = SnakepitProblems.Title(refusal.Code),
        Detail = detail == ErrorDetail.Code ? FailureDetail.Sentence : refusal.Message,
        Extensions =
        {
            ["code"] = refusal.Code,
            ["category"] = ErrorCategory.Validation.ToWire(),
            ["outcome"] = Outcome.NotStarted.ToString(),
        },
    };
}

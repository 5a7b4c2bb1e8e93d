using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Snakepit.AspNetCore.Audit;
using Snakepit.Core.Access;

namespace Snakepit.AspNetCore.Access;

/// <summary>Lets in the callers that may do what they ask for, and writes down who has managed what.</summary>
internal static class AccessFilter
{
    public static async ValueTask<object?> FilterAsync(
        DoorServices services, EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var (caller, refusal) = await services.Access.EnterAsync(http);
        if (refusal is not null)
        {
            await Refusals.WriteAsync(http, services, refusal, caller);
            return Results.Empty;
        }

        http.Features.Set(caller);
        var answer = await next(context); // exceptions are answers already: the failure filter is within
        if (DoorVerb.Of(http) is { IsManagement: true } verb)
        {
            var (status, code) = Read(answer);
            var result = status < StatusCodes.Status400BadRequest ? AuditResult.Done : AuditResult.Failed;
            services.Audit.Write(http, verb.Word, caller, result, status, code);
        }

        return answer;
    }

    /// <summary>The caller of a request that is let in.</summary>
    public static Caller Caller(HttpContext http) => http.Features.GetRequiredFeature<Caller>();

    private static (int Status, string? Code) Read(object? answer) => (
        (answer as IStatusCodeHttpResult)?.StatusCode ?? StatusCodes.Status200OK,
        (answer as IValueHttpResult)?.Value is ProblemDetails problem ? problem.Extensions["code"] as string : null);
}

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Snakepit.AspNetCore.Headers;
using Snakepit.AspNetCore.Problems;
using Snakepit.Core.Failures;
using Snakepit.Core.Http;
using Snakepit.Core.Options;
using Snakepit.Errors;

namespace Snakepit.AspNetCore.Access;

/// <summary>Turns away, before anything of a request is read, what the door's rule does not let in.</summary>
internal static class RequestGuard
{
    /// <summary>Guards the whole application, for a silo whose HTTP door is all that it serves.</summary>
    public static void UseDoor(this WebApplication app, Door door)
    {
        app.Use((http, next) => Enter(http, door) is { } refusal ? RefuseAsync(http, door, refusal) : next(http));
        if (door.HasOrigins)
        {
            app.UseCors(policy => policy
                .SetIsOriginAllowed(door.AllowsOrigin)
                .AllowAnyHeader()
                .WithMethods("GET", "POST")
                .WithExposedHeaders(SnakepitHeaders.OfAnswers));
        }
    }

    /// <summary>Guards the door's endpoints in an application that serves other things too.</summary>
    public static async ValueTask<object?> FilterAsync(Door door, EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (http.Features.Get<Door>() is null && Enter(http, door) is { } refusal)
        {
            await RefuseAsync(http, door, refusal);
            return Results.Empty;
        }

        return await next(context);
    }

    /// <summary>Remembers the door for the answers to this request; null when the request may come in.</summary>
    private static DoorRefusal? Enter(HttpContext http, Door door)
    {
        http.Features.Set(door);
        return door.Refuse(http);
    }

    private static Task RefuseAsync(HttpContext http, Door door, DoorRefusal refusal)
    {
        var logger = http.RequestServices.GetRequiredService<ILogger<Door>>();
        DoorLog.TurnedAway(logger, http.Request.Method, refusal.Code, refusal.Message);
        http.Response.StatusCode = refusal.Status;
        return http.Response.WriteAsJsonAsync(
            new ProblemDetails
            {
                Status = refusal.Status,
                Title = SnakepitProblems.Title(refusal.Code),
                Detail = door.Detail == ErrorDetail.Code ? FailureDetail.Sentence : refusal.Message,
                Extensions =
                {
                    ["code"] = refusal.Code,
                    ["category"] = ErrorCategory.Validation.ToWire(),
                    ["outcome"] = Outcome.NotStarted.ToString(),
                },
            },
            options: null,
            contentType: "application/problem+json");
    }
}

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Snakepit.AspNetCore.Headers;
using Snakepit.Core.Http;

namespace Snakepit.AspNetCore.Access;

/// <summary>Turns away, before anything of a request is read, what the door's rule does not let in.</summary>
internal static class RequestGuard
{
    /// <summary>Guards the whole application, for a silo whose HTTP door is all that it serves.</summary>
    public static void UseDoor(this WebApplication app, DoorServices services)
    {
        var door = services.Door;
        if (door.HasOrigins)
        {
            // Before the guard, so that pages of allowed origins can read why they are refused.
            app.UseCors(policy => policy
                .SetIsOriginAllowed(door.AllowsOrigin)
                .AllowAnyHeader()
                .WithMethods("GET", "POST")
                .WithExposedHeaders(SnakepitHeaders.OfAnswers));
        }

        app.Use((http, next) => Enter(http, door) is { } refusal ? Refusals.WriteAsync(http, services, refusal, null) : next(http));
    }

    /// <summary>Guards the door's endpoints in an application that serves other things too.</summary>
    public static async ValueTask<object?> FilterAsync(
        DoorServices services, EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (http.Features.Get<Door>() is null && Enter(http, services.Door) is { } refusal)
        {
            await Refusals.WriteAsync(http, services, refusal, null);
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
}

using Microsoft.AspNetCore.Mvc;
using Snakepit.Core.Failures;
using Snakepit.Core.Options;
using Snakepit.Errors;
using Snakepit.Silo.Hosting;

namespace Snakepit.Silo.Http;

/// <summary>Turns away, before anything of a request is read, what the door's rule does not let in.</summary>
internal static class RequestGuard
{
    public static void AddDoor(this IServiceCollection services, Door door)
    {
        services.AddSingleton(door);
        if (door.HasOrigins)
        {
            services.AddCors(cors => cors.AddDefaultPolicy(policy => policy
                .SetIsOriginAllowed(door.AllowsOrigin).AllowAnyHeader().WithMethods("GET", "POST").WithExposedHeaders(ToolEndpoints.Headers)));
        }
    }

    public static void UseDoor(this WebApplication app)
    {
        var door = app.Services.GetRequiredService<Door>();
        app.Use((http, next) => door.Refuse(http) is { } refusal ? RefuseAsync(http, door, refusal, app.Logger) : next(http));
        if (door.HasOrigins)
            app.UseCors();
    }

    private static Task RefuseAsync(HttpContext http, Door door, Core.Http.DoorRefusal refusal, ILogger logger)
    {
        SiloLog.TurnedAway(logger, http.Request.Method, refusal.Code, refusal.Message);
        http.Response.StatusCode = refusal.Status;
        return http.Response.WriteAsJsonAsync(
            new ProblemDetails
            {
                Status = refusal.Status,
                Title = Problems.Title(refusal.Code),
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

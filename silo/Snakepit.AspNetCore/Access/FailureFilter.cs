using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Runtime.Messaging;
using Snakepit.AspNetCore.Problems;
using Snakepit.Core.Access;
using Snakepit.Errors;
using Snakepit.Pools;

namespace Snakepit.AspNetCore.Access;

/// <summary>
/// Answers every exception of the door's endpoints with a problem document: the one place that does. Once an answer has begun it can only
/// be broken off, so such an exception goes on to the web server, unless the caller has left.
/// </summary>
internal static class FailureFilter
{
    public static async ValueTask<object?> FilterAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        try
        {
            return await next(context);
        }
        catch (SnakepitException error) when (!http.Response.HasStarted)
        {
            return DoorProblems.From(http, ForCaller(http, error.Failure));
        }
        catch (Exception) when (http.RequestAborted.IsCancellationRequested) // also a write to a caller that has left
        {
            // The caller is gone and does not see this status. It is for the access log.
            return http.Response.HasStarted ? Results.Empty : Results.StatusCode(SnakepitProblems.ClientClosedRequest);
        }
        catch (BadHttpRequestException error) when (!http.Response.HasStarted)
        {
            return DoorProblems.From(http, error);
        }
        catch (Exception error) when (!http.Response.HasStarted)
        {
            return DoorProblems.From(http, IsLostSilo(error) ? Unreachable(error) : Unknown(http, error));
        }
    }

    /// <summary>A caller that may use some pools does not hear the names of the others.</summary>
    private static Failure ForCaller(HttpContext http, Failure failure) =>
        failure.Code == SnakepitErrorCode.PoolNotFound && http.Features.Get<Caller>() is { Pools: not null }
            ? failure with { Message = PoolView.WithoutOthers(failure.Message) }
            : failure;

    /// <summary>
    /// What Orleans throws for a silo that is gone, or does not answer. Whether it has done what it was asked is not known then.
    /// </summary>
    private static bool IsLostSilo(Exception error) => error is OrleansMessageRejectionException or SiloUnavailableException
        or ConnectionFailedException or GatewayTooBusyException or TimeoutException;

    private static Failure Unreachable(Exception error) => new()
    {
        Code = SnakepitErrorCode.SiloUnreachable,
        Message = $"A silo that was asked for this is gone or did not answer: {error.Message}",
        Outcome = Outcome.MaybeRan,
    };

    private static Failure Unknown(HttpContext http, Exception error)
    {
        var logger = http.RequestServices.GetRequiredService<ILogger<Door>>();
        DoorLog.Failed(logger, http.Request.Method, http.Request.Path, error);
        return new Failure
        {
            Code = SnakepitErrorCode.Unknown,
            Message = $"The silo failed with {error.GetType().Name} while it served {http.Request.Method} {http.Request.Path}. This is a "
                + "bug of Snakepit; please report it with the silo's log, which has the exception (event 4020).",
            Outcome = Outcome.MaybeRan,
        };
    }
}

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Snakepit.Core.Access;

namespace Snakepit.AspNetCore.Access;

/// <summary>What an endpoint of the door does, and the scope that callers need for it.</summary>
/// <param name="Scope">The scope.</param>
/// <param name="Word">
/// For refusals and the audit log: call, read, stack, logs, profile, sessions, log-level, recycle, scale, drain, resume.
/// </param>
internal sealed record DoorVerb(AccessScope Scope, string Word)
{
    /// <summary>An endpoint that says nothing needs the most.</summary>
    private static readonly DoorVerb Unsaid = new(AccessScope.Admin, "use");

    /// <summary>It changes pools or silos, so the audit log has it.</summary>
    public bool IsManagement => Scope == AccessScope.Admin;

    /// <summary>Of the endpoint that serves a request; null when none of the door's does.</summary>
    public static DoorVerb? Of(HttpContext http) => http.GetEndpoint()?.Metadata.GetMetadata<DoorVerb>();

    /// <summary>What a request needs.</summary>
    public static AccessNeed NeedOf(HttpContext http)
    {
        var verb = Of(http) ?? Unsaid;
        var values = http.Request.RouteValues;
        var whole = verb.Scope == AccessScope.Read || values.ContainsKey("silo") ? "silos" : "all pools";
        return new AccessNeed(verb.Scope, values["pool"] as string, verb.Word, whole);
    }
}

/// <summary>Says of endpoints what they need.</summary>
internal static class DoorVerbExtensions
{
    public static T Needs<T>(this T endpoint, AccessScope scope, string word)
        where T : IEndpointConventionBuilder => endpoint.WithMetadata(new DoorVerb(scope, word));

    /// <summary>Says, for the OpenAPI document, what an endpoint is for and what it answers.</summary>
    /// <typeparam name="T">What its JSON is written from.</typeparam>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="summary">Without a full stop.</param>
    public static void Says<T>(this RouteHandlerBuilder endpoint, string summary) =>
        endpoint.WithSummary(summary).WithTags("management").Produces<T>();
}

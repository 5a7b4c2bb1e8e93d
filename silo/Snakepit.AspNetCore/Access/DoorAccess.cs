using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Snakepit.AspNetCore.Auth;
using Snakepit.Core.Access;
using Snakepit.Core.Http;
using Snakepit.Core.Options;

namespace Snakepit.AspNetCore.Access;

/// <summary>A request that has asked to come in.</summary>
/// <param name="Caller">Who it is of; null when the door does not know.</param>
/// <param name="Refusal">Why it may not come in; null when it may.</param>
internal readonly record struct Entry(Caller? Caller, DoorRefusal? Refusal);

/// <summary>Finds out who the caller of a request is, and whether it may do what it asks for. Thread-safe.</summary>
/// <param name="door">The door.</param>
/// <param name="options">Who may use it.</param>
/// <param name="services">The application's services.</param>
internal sealed class DoorAccess(Door door, HttpOptions options, IServiceProvider services)
{
    private const int Forbidden = StatusCodes.Status403Forbidden, Unavailable = StatusCodes.Status503ServiceUnavailable;

    private static readonly Caller Local = new(CallerKind.Anonymous, "anonymous on loopback");
    private static readonly Caller Anonymous = new(CallerKind.Anonymous, "anonymous");

    private readonly bool _hasSchemes = services.GetService<KeyRing>() is not null;
    private readonly KeyLimits? _limits = services.GetService<KeyLimits>();

    /// <summary>How the door decides, for an endpoint.</summary>
    public DoorOpening Opening(Endpoint? endpoint) =>
        new OpeningFacts(door.IsOpen, options.Authenticates, options.AllowAnonymous, IsGuarded(endpoint)).Decide();

    /// <summary>What keeps the door of an application from letting anyone in; null when nothing does.</summary>
    public string? Flaw(Endpoint? endpoint) => Opening(endpoint) switch
    {
        DoorOpening.Closed => $"The HTTP door lets no one in: {OpeningFacts.Advice} An application may also decide itself: it calls "
            + "RequireAuthorization or AllowAnonymous on what MapSnakepit returns.",
        DoorOpening.Authenticated when !_hasSchemes => "The HTTP door lets no one in: Snakepit:Http has keys or an identity provider, and "
            + "this application does not know them. Call builder.Services.AddSnakepitAccess().",
        _ => null,
    };

    public async ValueTask<Entry> EnterAsync(HttpContext http)
    {
        var endpoint = http.GetEndpoint();
        if (Flaw(endpoint) is { } flaw)
            return new Entry(null, new DoorRefusal(Forbidden, AccessRule.NotAllowed, flaw));
        switch (Opening(endpoint))
        {
            case DoorOpening.Authenticated:
                return await AuthenticateAsync(http);
            case DoorOpening.Local:
                return new Entry(Local, null);
            case DoorOpening.Anonymous:
                return new Entry(Anonymous, null);
            case DoorOpening.Application:
                return new Entry(new Caller(CallerKind.Application, http.User.Identity?.Name ?? "a caller of the application"), null);
            case DoorOpening.Closed:
            default:
                throw new InvalidOperationException("A closed door has a flaw.");
        }
    }

    /// <summary>The application has said who may use the endpoint.</summary>
    private static bool IsGuarded(Endpoint? endpoint) =>
        endpoint?.Metadata.GetMetadata<IAuthorizeData>() is not null || endpoint?.Metadata.GetMetadata<IAllowAnonymous>() is not null;

    private async Task<Entry> AuthenticateAsync(HttpContext http)
    {
        if (Credentials.Read(http.Request) is not { } text)
            return new Entry(null, AccessRule.Unknown(options.Jwt.IsUsed));
        var isToken = options.Jwt.IsUsed && Credentials.IsToken(text);
        var result = await http.AuthenticateAsync(isToken ? SnakepitAuthentication.TokenScheme : SnakepitAuthentication.KeyScheme);
        if (!result.Succeeded)
            return new Entry(null, isToken ? BadToken(result.Failure) : AccessRule.Unauthenticated(result.Failure!.Message));
        http.User = result.Principal;
        return isToken ? Judge(http, Token(result)) : Judge(http, result.Properties.GetParameter<ApiKey>(nameof(ApiKey))!);
    }

    private Entry Judge(HttpContext http, ApiKey key) => _limits!.Excess(key) is { } after
        ? new Entry(key.Caller, AccessRule.TooMany(key.Caller, key.Rate!.Value, after))
        : Judge(http, key.Caller);

    private static Entry Judge(HttpContext http, Caller caller) => new(caller, AccessRule.Refuse(caller, DoorVerb.NeedOf(http)));

    private static Caller Token(AuthenticateResult result) => TokenRule.Read(
        result.Principal!.Identity?.Name ?? "a token without a subject",
        result.Principal.Claims.Select(claim => KeyValuePair.Create(claim.Type, claim.Value)));

    private DoorRefusal BadToken(Exception? error)
    {
        var flaw = error is null ? null : TokenSetup.Flaw(error);
        if (flaw is not null || options.Jwt.Authority is null) // with keys from a file no provider is asked
            return AccessRule.Unauthenticated($"The bearer token is not accepted: {flaw ?? "it is not valid"}.");
        return new DoorRefusal(
            Unavailable, "authority_unreachable",
            "The token cannot be checked, because the identity provider (Snakepit:Http:Jwt:Authority) does not answer. Try again later.")
        {
            RetryAfter = TimeSpan.FromSeconds(1),
        };
    }
}

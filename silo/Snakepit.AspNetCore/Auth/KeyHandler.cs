using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Snakepit.Core.Access;

namespace Snakepit.AspNetCore.Auth;

/// <summary>The authentication scheme for API keys. Its identities have the claims that a token would have.</summary>
internal sealed class KeyHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, KeyRing keys)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    private const string UnknownKey =
        "The key that was sent is not one of this silo's: it is mistyped, or it was removed from Snakepit:Http:Keys or the KeysFile.";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Credentials.Read(Request) is not { } text)
            return Task.FromResult(AuthenticateResult.NoResult());
        if (keys.Find(text) is not { } key)
            return Task.FromResult(AuthenticateResult.Fail(UnknownKey));
        var ticket = new AuthenticationTicket(Principal(key.Caller), Scheme.Name);
        ticket.Properties.SetParameter(nameof(ApiKey), key);
        return Task.FromResult(AuthenticateResult.Success(ticket));
    }

    private ClaimsPrincipal Principal(Caller caller)
    {
        var identity = new ClaimsIdentity(Scheme.Name, ClaimTypes.Name, ClaimTypes.Role);
        identity.AddClaim(new Claim(ClaimTypes.Name, caller.Name));
        foreach (var scope in caller.Scopes)
            identity.AddClaim(new Claim(TokenRule.ScopeClaim, TokenRule.Word(scope)));
        foreach (var pool in caller.Pools ?? [])
            identity.AddClaim(new Claim(TokenRule.PoolsClaim, pool));
        return new ClaimsPrincipal(identity);
    }
}

using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using Snakepit.Core.Options;

namespace Snakepit.AspNetCore.Auth;

/// <summary>Sets up the framework's bearer tokens as <c>Snakepit:Http:Jwt</c> says.</summary>
internal sealed class TokenSetup(SnakepitOptions options, TokenKeys keys) : IConfigureNamedOptions<JwtBearerOptions>
{
    public void Configure(JwtBearerOptions jwt) => Configure(null, jwt);

    public void Configure(string? name, JwtBearerOptions jwt)
    {
        if (name != SnakepitAuthentication.TokenScheme)
            return; // of the application
        var own = options.Http.Jwt;
        jwt.MapInboundClaims = false; // claims keep the names of the token
        jwt.Authority = own.Authority;
        jwt.Audience = own.Audience;
        jwt.RequireHttpsMetadata = own.Authority?.StartsWith("https:", StringComparison.OrdinalIgnoreCase) != false;
        jwt.TokenValidationParameters.NameClaimType = "sub";
        jwt.TokenValidationParameters.ValidIssuer = own.Issuer;
        if (own.JwksFile is not null)
            jwt.TokenValidationParameters.IssuerSigningKeyResolver = (_, _, id, _) => keys.Find(id);
        jwt.Events = new JwtBearerEvents
        {
            OnMessageReceived = static context =>
            {
                context.Token = Credentials.Read(context.Request);
                return Task.CompletedTask;
            },
            OnAuthenticationFailed = FailAsync,
        };
    }

    /// <summary>Without the provider's keys every signature is unknown, which is not the token's fault.</summary>
    private static async Task FailAsync(AuthenticationFailedContext context)
    {
        var error = context.Exception;
        if (error is SecurityTokenSignatureKeyNotFoundException or SecurityTokenInvalidIssuerException
            && context.Options.ConfigurationManager is { } provider)
        {
            try
            {
                await provider.GetConfigurationAsync(context.HttpContext.RequestAborted);
            }
            catch (InvalidOperationException unreachable)
            {
                error = unreachable;
            }
        }

        context.Fail(error); // else an error of the provider would be thrown
    }

    /// <summary>What is wrong with a token, in words; null when it is not the token's fault.</summary>
    public static string? Flaw(Exception error) => error switch
    {
        SecurityTokenExpiredException => "it has expired",
        SecurityTokenNotYetValidException => "it is not valid yet",
        SecurityTokenInvalidAudienceException => "it is meant for another audience than Snakepit:Http:Jwt:Audience",
        SecurityTokenInvalidIssuerException => "it is of another issuer than Snakepit:Http:Jwt accepts",
        SecurityTokenSignatureKeyNotFoundException => "it was signed with a key that the identity provider has not got",
        SecurityTokenInvalidSignatureException => "its signature is wrong",
        SecurityTokenException => "it is not valid",
        ArgumentException => "it is malformed",
        AggregateException { InnerException: { } inner } => Flaw(inner),
        _ => null,
    };
}

using System.Buffers.Text;
using System.Net;
using System.Security.Claims;
using System.Text.Encodings.Web;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Snakepit.AspNetCore;
using Snakepit.AspNetCore.Access;
using Snakepit.AspNetCore.Auth;
using Snakepit.Core.Access;
using Snakepit.Launcher;

namespace Snakepit.Hosting.Tests.Doors;

/// <summary>Who may use the door of an application.</summary>
public sealed class AccessTests
{
    private const string Key = "snakepit_of-this-test";

    private static readonly Action<KestrelServerOptions> Everywhere = kestrel => kestrel.Listen(IPAddress.Any, 0);

    [Fact]
    public async Task Every_endpoint_of_the_door_says_what_its_callers_need()
    {
        await using var door = await DoorUnderTest.StartAsync(kestrel => kestrel.Listen(IPAddress.Loopback, 0));

        var endpoints = door.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();
        var needs = endpoints.ToDictionary(
            endpoint => endpoint.RoutePattern.RawText!, endpoint => endpoint.Metadata.GetMetadata<DoorVerb>()?.ToString());

        Assert.Equal(20, needs.Count);
        Assert.DoesNotContain(null, needs.Values);
        Assert.Equal(new DoorVerb(AccessScope.Admin, "drain").ToString(), needs["/v1/silos/{silo}/drain"]);
        Assert.Equal(new DoorVerb(AccessScope.Admin, "logs").ToString(), needs["/v1/pools/{pool}/logs"]);
    }

    [Fact]
    public async Task A_door_that_others_reach_lets_no_one_in_until_something_says_whom()
    {
        await using var door = await DoorUnderTest.StartAsync(Everywhere);

        var (status, problem) = await CallAsync(door);

        Assert.Equal((403, "not_allowed"), (status, problem["code"]!.GetValue<string>()));
        Assert.Contains("RequireAuthorization", problem["detail"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_application_may_let_everybody_in()
    {
        await using var door = await DoorUnderTest.StartAsync(Everywhere, guard: endpoints => endpoints.AllowAnonymous());

        Assert.Equal((404, "pool_not_found"), Said(await CallAsync(door)));
    }

    [Fact]
    public async Task An_application_may_authenticate_callers_itself()
    {
        await using var door = await DoorUnderTest.StartAsync(
            Everywhere,
            configure: builder =>
            {
                builder.Services.AddAuthentication("own").AddScheme<AuthenticationSchemeOptions, OwnScheme>("own", null);
                builder.Services.AddAuthorization();
            },
            guard: endpoints => endpoints.RequireAuthorization());
        using var http = new HttpClient();

        var without = await http.GetAsync(new Uri($"http://127.0.0.1:{new Uri(door.Url).Port}/v1/status"));
        var with = await CallAsync(door, ("X-Own", "ann"));

        Assert.Equal(HttpStatusCode.Unauthorized, without.StatusCode);
        Assert.Equal((404, "pool_not_found"), Said(with));
    }

    [Fact]
    public async Task Keys_count_in_an_application_that_adds_them()
    {
        await using var door = await DoorUnderTest.StartAsync(Everywhere, configure: builder =>
        {
            AddKey(builder);
            builder.Services.AddSnakepitAccess();
        });

        Assert.Equal((401, "not_authenticated"), Said(await CallAsync(door)));
        Assert.Equal((401, "not_authenticated"), Said(await CallAsync(door, ("Authorization", "Basic dXNlcg=="))));
        Assert.Equal((404, "pool_not_found"), Said(await CallAsync(door, ("Authorization", $"Bearer {Key}"))));
        Assert.Equal((404, "pool_not_found"), Said(await CallAsync(door, (SnakepitAuthentication.KeyHeader, Key))));
    }

    [Fact]
    public async Task Keys_that_an_application_does_not_know_let_no_one_in()
    {
        await using var door = await DoorUnderTest.StartAsync(kestrel => kestrel.Listen(IPAddress.Loopback, 0), configure: AddKey);

        var (status, problem) = await CallAsync(door, (SnakepitAuthentication.KeyHeader, Key));

        Assert.Equal(403, status);
        Assert.Contains("AddSnakepitAccess()", problem["detail"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_that_cannot_be_checked_now_is_not_called_wrong()
    {
        await using var door = await DoorUnderTest.StartAsync(kestrel => kestrel.Listen(IPAddress.Loopback, 0), configure: builder =>
        {
            builder.Configuration.AddInMemoryCollection(
            [
                new("Snakepit:Http:Jwt:Authority", $"http://127.0.0.1:{FreePorts.Take()}"), new("Snakepit:Http:Jwt:Audience", "snakepit"),
            ]);
            builder.Services.AddSnakepitAccess();
        });

        var payload = Base64Url.EncodeToString("""{"iss":"x","aud":"snakepit","exp":9999999999}"""u8);
        var answer = await CallAsync(door, ("Authorization", $"Bearer eyJhbGciOiJFUzI1NiIsImtpZCI6ImsxIn0.{payload}.AAAA"));

        Assert.Equal((503, "authority_unreachable"), Said(answer));
        Assert.Contains("Jwt:Authority", answer.Problem["detail"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    private static void AddKey(WebApplicationBuilder builder) => builder.Configuration.AddInMemoryCollection(
        [new("Snakepit:Http:Keys:test:Hash", KeyHash.Of(Key).ToString())]);

    private static (int, string) Said((int Status, JsonNode Problem) answer) => (answer.Status, answer.Problem["code"]!.GetValue<string>());

    /// <summary>Calls a tool of a pool that no silo can have, which the door refuses without asking the cluster.</summary>
    private static async Task<(int Status, JsonNode Problem)> CallAsync(DoorUnderTest door, (string Name, string Value)? header = null)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(
            HttpMethod.Post, new Uri($"http://127.0.0.1:{new Uri(door.Url).Port}/v1/pools/No_Pool/tools/add"))
        {
            Content = new StringContent("{}", System.Text.Encoding.UTF8, "application/json"),
        };
        if (header is { } pair)
            request.Headers.TryAddWithoutValidation(pair.Name, pair.Value);
        using var answer = await http.SendAsync(request);
        return ((int)answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!);
    }

    /// <summary>The application's own way of knowing its callers.</summary>
    private sealed class OwnScheme(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(
            Request.Headers["X-Own"].ToString() is { Length: > 0 } name
                ? AuthenticateResult.Success(new AuthenticationTicket(
                    new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, name)], Scheme.Name)), Scheme.Name))
                : AuthenticateResult.NoResult());
    }
}

using System.Net;
using System.Runtime.Versioning;
using System.Text.Json.Nodes;
using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Access;

/// <summary>A silo whose HTTP door asks for keys.</summary>
[SupportedOSPlatform("linux")]
public sealed class KeyTests(KeyedSilo keyed) : IClassFixture<KeyedSilo>
{
    private readonly SiloUnderTest _silo = keyed.Silo;

    [Theory]
    [InlineData("GET", "v1/status")]
    [InlineData("GET", "v1/silos")]
    [InlineData("GET", "v1/workers")]
    [InlineData("GET", "v1/pools/default/workers")]
    [InlineData("GET", "v1/pools/default/tools")]
    [InlineData("GET", "v1/tools")]
    [InlineData("GET", "openapi/v1.json")]
    [InlineData("GET", "v1/pools/default/load")]
    [InlineData("POST", "v1/pools/default/tools/add")]
    [InlineData("POST", "v1/pools/default/tools/numbers/stream")]
    [InlineData("POST", "v1/pools/default/recycle")]
    [InlineData("POST", "v1/recycle")]
    [InlineData("POST", "v1/pools/default/stack")]
    [InlineData("POST", "v1/stack")]
    [InlineData("POST", "v1/pools/default/scale?size=3")]
    [InlineData("POST", "v1/silos/nobody/drain")]
    [InlineData("POST", "v1/silos/nobody/resume")]
    public async Task Nothing_is_done_without_a_key(string method, string path)
    {
        foreach (var key in new[] { null, "snakepit_mistyped" })
        {
            var answer = await keyed.SendAsync(new HttpMethod(method), path, key);

            Assert.Equal((HttpStatusCode.Unauthorized, "not_authenticated", "NotStarted"), (answer.Status, answer.Code, answer.Outcome));
            Assert.StartsWith("Bearer", answer.Headers["WWW-Authenticate"], StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Probes_need_no_key() =>
        Assert.Equal(HttpStatusCode.OK, (await keyed.SendAsync(HttpMethod.Get, "health/ready", null)).Status);

    [Theory]
    [InlineData("X-Api-Key")]
    [InlineData("Authorization")]
    public async Task A_key_travels_in_either_header(string header) =>
        Assert.Equal("3", (await keyed.CallAsync(KeyedSilo.Web, header: header)).Body);

    [Fact]
    public async Task A_key_of_some_pools_sees_and_calls_no_others()
    {
        var call = await keyed.CallAsync(KeyedSilo.Web, pool: "other");
        var gone = await keyed.CallAsync(KeyedSilo.Web, pool: "gone");
        var load = await keyed.SendAsync(HttpMethod.Get, "v1/pools/other/load", KeyedSilo.Web);
        var status = await keyed.SendAsync(HttpMethod.Get, "v1/status", KeyedSilo.Web);
        var silos = await keyed.SendAsync(HttpMethod.Get, "v1/silos", KeyedSilo.Web);
        var workers = await keyed.SendAsync(HttpMethod.Get, "v1/workers", KeyedSilo.Web);

        Assert.Equal((HttpStatusCode.Forbidden, "not_allowed", "NotStarted"), (call.Status, call.Code, call.Outcome));
        Assert.Contains("Key 'web' may not use pool 'other': its pools are default, gone.", call.Detail, StringComparison.Ordinal);
        Assert.Equal(("pool_not_found", "There is no pool 'gone' in the cluster."), (gone.Code, gone.Detail));
        Assert.Equal(HttpStatusCode.Forbidden, load.Status);
        Assert.Equal(["default"], status.Json["pools"]!.AsArray().Select(pool => pool!["name"]!.GetValue<string>()));
        Assert.Equal("""["default"]""", silos.Json["silos"]![0]!["pools"]!.ToJsonString());
        Assert.All(workers.Json["workers"]!.AsArray(), worker => Assert.Equal("default", worker!["pool"]!.GetValue<string>()));
    }

    [Fact]
    public async Task A_key_of_some_pools_is_told_of_their_tools_only()
    {
        var tools = await keyed.SendAsync(HttpMethod.Get, "v1/tools", KeyedSilo.Web);
        var other = await keyed.SendAsync(HttpMethod.Get, "v1/pools/other/tools", KeyedSilo.Web);
        var document = (await keyed.SendAsync(HttpMethod.Get, "openapi/v1.json", KeyedSilo.Web)).Json;
        var page = await keyed.SendAsync(HttpMethod.Get, "docs/", KeyedSilo.Web);

        Assert.Equal(["default"], tools.Json["pools"]!.AsArray().Select(pool => pool!["name"]!.GetValue<string>()));
        Assert.Equal((HttpStatusCode.Forbidden, "not_allowed"), (other.Status, other.Code));
        Assert.Contains(document["paths"]!.AsObject(), path => path.Key == "/v1/pools/default/tools/add");
        Assert.DoesNotContain(document["paths"]!.AsObject(), path => path.Key.StartsWith("/v1/pools/other/", StringComparison.Ordinal));
        Assert.Equal("X-Api-Key", document["components"]!["securitySchemes"]!["key"]!["name"]!.GetValue<string>());
        Assert.Equal(2, document["security"]!.AsArray().Count);
        Assert.Equal(HttpStatusCode.NotFound, page.Status); // a browser has no key to show
    }

    [Theory]
    [InlineData("v1/pools/default/recycle")]
    [InlineData("v1/recycle")]
    [InlineData("v1/pools/default/stack")]
    [InlineData("v1/stack")]
    [InlineData("v1/pools/default/scale?size=3")]
    [InlineData("v1/silos/nobody/drain")]
    [InlineData("v1/silos/nobody/resume")]
    public async Task Management_needs_the_scope_admin(string path)
    {
        var answer = await keyed.SendAsync(HttpMethod.Post, path, KeyedSilo.Web);

        Assert.Equal((HttpStatusCode.Forbidden, "not_allowed"), (answer.Status, answer.Code));
        Assert.Contains("needs the scope admin, and its scopes are call, read", answer.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_need_the_scope_read_for_all_pools()
    {
        var (nobody, web, ops) = (
            await keyed.SendAsync(HttpMethod.Get, "metrics", null),
            await keyed.SendAsync(HttpMethod.Get, "metrics", KeyedSilo.Web),
            await keyed.SendAsync(HttpMethod.Get, "metrics", KeyedSilo.Ops));

        Assert.Equal(HttpStatusCode.Unauthorized, nobody.Status);
        Assert.Equal(HttpStatusCode.Forbidden, web.Status);
        Assert.Contains("may not read metrics: that concerns all pools, and its pools are default", web.Detail, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, ops.Status);
        Assert.Contains("# TYPE snakepit_pool_size", ops.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_is_used_too_often_is_told_when_to_come_again()
    {
        Assert.Equal(HttpStatusCode.OK, await keyed.StatusAsync(KeyedSilo.Slow));
        Assert.Equal(HttpStatusCode.OK, await keyed.StatusAsync(KeyedSilo.Slow));

        var answer = await keyed.CallAsync(KeyedSilo.Slow);

        Assert.Equal((HttpStatusCode.TooManyRequests, "rate_limited", "NotStarted"), (answer.Status, answer.Code, answer.Outcome));
        Assert.Contains("Key 'slow' has used up its 0.001 requests a second (2 at once)", answer.Detail, StringComparison.Ordinal);
        Assert.Contains("RequestsPerSecond of Snakepit:Http:Keys:slow", answer.Detail, StringComparison.Ordinal);
        Assert.InRange(int.Parse(answer.Headers["Retry-After"], System.Globalization.CultureInfo.InvariantCulture), 100, 1000);
        Assert.Equal(HttpStatusCode.OK, await keyed.StatusAsync(KeyedSilo.Web)); // each key has its own count
    }

    [Fact]
    public async Task Management_and_refused_attempts_are_written_down()
    {
        Assert.Equal(HttpStatusCode.OK, (await keyed.SendAsync(HttpMethod.Post, "v1/pools/other/scale?size=1", KeyedSilo.Ops)).Status);
        await keyed.SendAsync(HttpMethod.Post, "v1/pools/other/scale?size=many", KeyedSilo.Ops);
        await keyed.SendAsync(HttpMethod.Post, "v1/pools/other/scale?size=2", KeyedSilo.Web);
        await keyed.SendAsync(HttpMethod.Post, "v1/pools/other/scale?size=3", null);

        var lines = File.ReadLines(keyed.AuditFile).Select(line => JsonNode.Parse(line)!)
            .Where(line => line["target"]!.GetValue<string>() == "other")
            .Select(line => $"{line["result"]} {line["who"]} {line["how"]} {line["from"]} {line["action"]} {line["parameters"]!["size"]} "
                + $"{line["status"]} {line["code"]}");

        Assert.Equal(
            [
                "Done ops key 127.0.0.1 scale 1 200 ", "Failed ops key 127.0.0.1 scale many 400 invalid_request",
                "Refused web key 127.0.0.1 scale 2 403 not_allowed", "Refused unknown unknown 127.0.0.1 scale 3 401 not_authenticated",
            ],
            lines);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(keyed.AuditFile));
        await _silo.SeesAsync("Snakepit.Audit[4100]");
        await _silo.SeesAsync("ops (key, from 127.0.0.1): scale other size=1: done, 200");
        await _silo.SeesAsync("unknown (unknown, from 127.0.0.1): scale other size=3: refused, 401 not_authenticated");
    }

    [Fact]
    public async Task Each_verb_of_management_is_written_down_with_who_what_and_when()
    {
        var (name, began) = (_silo.Name, DateTimeOffset.UtcNow);
        string[] orders =
        [
            "v1/pools/default/recycle", "v1/recycle", "v1/pools/default/stack?slot=0", "v1/stack", "v1/pools/default/scale?reset=true",
            $"v1/silos/{name}/drain?stay=true", $"v1/silos/{name}/resume",
        ];

        foreach (var order in orders)
            Assert.Equal(HttpStatusCode.OK, (await keyed.SendAsync(HttpMethod.Post, order, KeyedSilo.Ops)).Status);
        var ended = DateTimeOffset.UtcNow;

        var lines = File.ReadLines(keyed.AuditFile).Select(line => JsonNode.Parse(line)!)
            .Where(line => line["time"]!.GetValue<DateTimeOffset>() is var time && time >= began && time <= ended);
        Assert.Equal(
            [
                "Done ops: recycle default {}", "Done ops: recycle all pools {}", """Done ops: stack default {"slot":"0"}""",
                "Done ops: stack all pools {}", """Done ops: scale default {"reset":"true"}""",
                $$"""Done ops: drain {{name}} {"stay":"true"}""", $$"""Done ops: resume {{name}} {}""",
            ],
            lines.Select(line =>
                $"{line["result"]} {line["who"]}: {line["action"]} {line["target"]} {line["parameters"]!.ToJsonString()}"));
        await _silo.SeesAsync($"ops (key, from 127.0.0.1): drain {name} stay=true: done, 200");
        await _silo.UntilReadyAsync();
    }

    [Fact]
    public async Task Commands_say_how_to_pass_a_key_and_take_it()
    {
        var url = _silo.Url.ToString();

        var without = await SnakepitCommand.RunAsync("status", "--url", url);
        var with = await SnakepitCommand.RunAsync("call", "add", "--json", """{"a": 1, "b": 2}""", "--url", url, "--key", KeyedSilo.Web);

        Assert.Equal(1, without.Code);
        Assert.Contains("Set SNAKEPIT_API_KEY, or use --key.", without.Errors, StringComparison.Ordinal);
        Assert.Equal((0, "3\n"), (with.Code, with.Output));
    }

    [Fact]
    public async Task A_changed_file_counts_without_a_restart_and_a_broken_one_changes_nothing()
    {
        var made = await SnakepitCommand.RunAsync("key", "new", "--name", "late", "--file", keyed.KeysFile);
        var key = made.Output.Trim();
        await _silo.SeeAsync(() => keyed.StatusAsync(key), status => status == HttpStatusCode.OK, "the new key counts");
        var good = await File.ReadAllTextAsync(keyed.KeysFile);

        await File.WriteAllTextAsync(keyed.KeysFile, """{ "late": { "Hash": "snakepit_QUJD" } }""");
        await _silo.SeesAsync("what it had before still counts");
        Assert.Equal(HttpStatusCode.OK, await keyed.StatusAsync(key));
        Assert.DoesNotContain("QUJD", _silo.Output, StringComparison.Ordinal);

        await File.WriteAllTextAsync(keyed.KeysFile, "{}");
        await _silo.SeeAsync(() => keyed.StatusAsync(key), status => status == HttpStatusCode.Unauthorized, "the key is gone");
        Assert.Contains("sha256:", good, StringComparison.Ordinal);
        Assert.DoesNotContain(key, good, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_of_the_identity_provider_does_what_its_claims_say()
    {
        var issuer = keyed.Issuer;

        Assert.Equal("3", (await keyed.CallAsync(issuer.Token("openid snakepit:call"), header: "Authorization")).Body);
        await RefusedAsync(issuer.Token("snakepit:read"), 403, "The token of 'ann' may not call pool 'default'");
        await RefusedAsync(issuer.Token("snakepit:call", ["other"]), 403, "may not use pool 'default': its pools are other");
        await RefusedAsync(issuer.Token("snakepit:call", expires: TimeSpan.FromHours(-1)), 401, "it has expired");
        await RefusedAsync(issuer.Token("snakepit:call", audience: "mail"), 401, "it is meant for another audience");
        using var other = new TokenIssuer();
        await RefusedAsync(other.Token("snakepit:call"), 401, "its signature is wrong");
        await RefusedAsync("a.b.c", 401, "The bearer token is not accepted");
    }

    private async Task RefusedAsync(string token, int status, string said)
    {
        var answer = await keyed.CallAsync(token, header: "Authorization");

        Assert.Equal(status, (int)answer.Status);
        Assert.Contains(said, answer.Detail, StringComparison.Ordinal);
    }
}

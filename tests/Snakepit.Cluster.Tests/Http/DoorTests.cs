using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Snakepit.Launcher;
using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Http;

public sealed class DoorTests(SharedSilo shared)
{
    private readonly SiloUnderTest _silo = shared.Silo;

    [Theory]
    [InlineData("v1/pools/default/tools/count")]
    [InlineData("v1/pools/default/tools/count/stream")]
    [InlineData("v1/pools/default/recycle")]
    public async Task What_is_not_json_is_refused_with_the_line_to_use(string path)
    {
        foreach (var type in new[] { "text/plain", "application/x-www-form-urlencoded", null })
        {
            var answer = await SendAsync(path, type);

            Assert.Equal((HttpStatusCode.UnsupportedMediaType, "unsupported_media_type"), (answer.Status, answer.Code));
            Assert.Contains(
                $"curl -H 'Content-Type: application/json' -d '{{}}' '{_silo.Url}{path}'", answer.Detail, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("evil.example", 421)]
    [InlineData("localhost", 200)]
    public async Task A_host_that_is_not_this_machine_is_refused(string host, int status)
    {
        Assert.Equal(status, await GetAsync("v1/status", ("Host", $"{host}:{_silo.Url.Port}")));
    }

    [Fact]
    public async Task Probes_ask_for_health_by_any_name() =>
        Assert.Equal(200, await GetAsync("health/ready", ("Host", "evil.example")));

    [Theory]
    [InlineData("Origin", "http://evil.example", 403)]
    [InlineData("Origin", "null", 403)]
    [InlineData("Sec-Fetch-Site", "cross-site", 403)]
    [InlineData("Sec-Fetch-Site", "same-site", 403)]
    [InlineData("Sec-Fetch-Site", "none", 200)]
    public async Task A_page_of_another_origin_is_refused(string header, string value, int status) =>
        Assert.Equal(status, await GetAsync("v1/status", (header, value)));

    [Theory]
    [InlineData("NOWHERE")]
    [InlineData("a b")]
    [InlineData("-a")]
    public async Task What_cannot_be_the_name_of_a_pool_is_not_found(string pool)
    {
        var answer = await _silo.CallAsync("add", pool: Uri.EscapeDataString(pool));

        Assert.Equal((HttpStatusCode.NotFound, "pool_not_found"), (answer.Status, answer.Code));
        Assert.Contains("no pool can have that name", answer.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tools_name_that_is_too_long_is_not_found()
    {
        var answer = await _silo.CallAsync(new string('x', 257));

        Assert.Equal((HttpStatusCode.NotFound, "tool_not_found"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task A_budget_above_the_ceiling_is_refused_and_infinite_becomes_the_ceiling()
    {
        var tooMuch = await SendAsync("v1/pools/default/tools/remaining", "application/json", ("Snakepit-Timeout", "2h"));
        var infinite = await SendAsync("v1/pools/default/tools/remaining", "application/json", ("Snakepit-Timeout", "infinite"));

        Assert.Equal((HttpStatusCode.BadRequest, "invalid_request"), (tooMuch.Status, tooMuch.Code));
        Assert.Contains("asks for 2h; pool 'default' allows 1h (MaxRequestTimeout", tooMuch.Detail, StringComparison.Ordinal);
        Assert.InRange(double.Parse(infinite.Body, System.Globalization.CultureInfo.InvariantCulture), 3500, 3600);
    }

    [Fact, Trait("Speed", "Slow")]
    public async Task A_body_that_stalls_is_answered_with_408_and_no_error_in_the_log()
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _silo.Url.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /v1/pools/default/tools/add HTTP/1.1\r\nHost: {_silo.Url.Authority}\r\n"
            + "Content-Type: application/json\r\nContent-Length: 99\r\n\r\n{"));

        var answer = await new StreamReader(stream).ReadToEndAsync().WithinAsync(Eventually.Limit);

        Assert.StartsWith("HTTP/1.1 408", answer, StringComparison.Ordinal);
        Assert.Contains("240 bytes a second", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("unhandled exception", _silo.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hosts_and_origins_of_the_options_come_in()
    {
        await using var silo = await SiloUnderTest.StartReadyAsync(
            [SiloUnderTest.Pool(size: 1)], "Http:AllowedHosts:0=silo.example", "Http:AllowedOrigins:0=https://app.example");
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(silo.Url, "v1/status"));
        request.Headers.Host = "silo.example";
        request.Headers.Add("Origin", "https://app.example");
        request.Headers.Add("Sec-Fetch-Site", "cross-site");

        using var response = await silo.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("https://app.example", response.Headers.GetValues("Access-Control-Allow-Origin").Single());
    }

    [Theory]
    [InlineData("Message", true)]
    [InlineData("Code", false)]
    public async Task Less_of_a_failure_is_told_on_demand(string detail, bool hasMessage)
    {
        await using var silo = await SiloUnderTest.StartReadyAsync([SiloUnderTest.Pool(size: 1)], $"Http:ErrorDetail={detail}");

        var answer = await silo.CallAsync("boom", new { message = "no /srv/app/key.pem" });

        Assert.Equal(("tool_raised", "Ran"), (answer.Code, answer.Outcome));
        Assert.Equal(hasMessage, answer.Detail.Contains("ValueError: no …/key.pem", StringComparison.Ordinal));
        Assert.DoesNotContain("/srv", answer.Body, StringComparison.Ordinal);
        Assert.Null(answer.Json["python"]);
        Assert.Null(answer.Json["details"]);
        Assert.Equal(hasMessage, answer.Json["stage"] is not null);
    }

    [Fact]
    public async Task Unknown_pools_cost_no_line_of_the_log_each()
    {
        await using var silo = await SiloUnderTest.StartReadyAsync([SiloUnderTest.Pool(size: 1)]);
        await silo.CallAsync("add", pool: "nowhere"); // the first question loads what later ones need
        var before = silo.Output.Length;

        for (var i = 0; i < 300; i++)
            Assert.Equal("pool_not_found", (await silo.CallAsync("add", pool: $"nowhere-{i}")).Code);
        await silo.CallAsync("shout", new { text = "end-of-questions" });
        await silo.SeesAsync("end-of-questions");

        Assert.InRange(silo.Output.Length - before, 0, 8000); // a busy silo warns of that; a line each would be twice as much
    }

    [Fact]
    public async Task An_open_door_says_so_in_capitals_and_tells_less()
    {
        await using var silo = await SiloUnderTest.StartReadyAsync([SiloUnderTest.Pool(size: 1)]);
        var port = FreePorts.Take();
        await using var open = SiloUnderTest.Start(
            [SiloUnderTest.Pool(size: 1)], ["Http:AllowAnonymous=true"], urls: $"http://*:{port};http://127.0.0.1:{{port}}");
        await open.UntilReadyAsync();

        var answer = await open.CallAsync("boom");

        await open.SeesAsync("HAS NO AUTHENTICATION");
        await open.SeesAsync($"http://*:{port}");
        Assert.Null(answer.Json["python"]);
        Assert.DoesNotContain("HAS NO AUTHENTICATION", silo.Output, StringComparison.Ordinal);
        Assert.Contains($"the HTTP door at {silo.Url.ToString().TrimEnd('/')} without a key", silo.Output, StringComparison.Ordinal);
    }

    private async Task<int> GetAsync(string path, (string Name, string Value) header)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_silo.Url, path));
        request.Headers.TryAddWithoutValidation(header.Name, header.Value);
        using var response = await _silo.Http.SendAsync(request);
        var body = await response.Content.ReadAsStringAsync();
        if (!response.IsSuccessStatusCode)
            Assert.Equal("NotStarted", JsonNode.Parse(body)!["outcome"]!.GetValue<string>());
        return (int)response.StatusCode;
    }

    private async Task<Answer> SendAsync(string path, string? type, (string Name, string Value)? header = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_silo.Url, path))
        {
            Content = new ByteArrayContent("{}"u8.ToArray()),
        };
        if (type is not null)
            request.Content.Headers.ContentType = new(type);
        if (header is { } pair)
            request.Headers.TryAddWithoutValidation(pair.Name, pair.Value);
        using var response = await _silo.Http.SendAsync(request);
        return new Answer(response.StatusCode, await response.Content.ReadAsStringAsync(), new Dictionary<string, string>());
    }
}

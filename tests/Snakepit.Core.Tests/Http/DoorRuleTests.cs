using Snakepit.Core.Http;

namespace Snakepit.Core.Tests.Http;

public sealed class DoorRuleTests
{
    private const string Loopback = "http://127.0.0.1:8400";
    private const string Everywhere = "http://*:8400";

    [Theory]
    [InlineData(Loopback, "127.0.0.1:8400", null)]
    [InlineData(Loopback, "localhost:8400", null)]
    [InlineData(Loopback, "LOCALHOST:8400", null)]
    [InlineData(Loopback, "localhost.:8400", null)]
    [InlineData(Loopback, "[::1]:8400", null)]
    [InlineData(Loopback, "localhost:9000", "host_not_allowed")]
    [InlineData(Loopback, "localhost", "host_not_allowed")]
    [InlineData(Loopback, "evil.example:8400", "host_not_allowed")]
    [InlineData(Loopback, "evil.example", "host_not_allowed")]
    [InlineData(Loopback, "localhost.evil.example:8400", "host_not_allowed")]
    [InlineData(Loopback, "10.1.2.3:8400", "host_not_allowed")]
    [InlineData(Loopback, "box:8400", "host_not_allowed")]
    [InlineData(Loopback, "", "host_not_allowed")]
    [InlineData(Loopback, null, "host_not_allowed")]
    [InlineData(Loopback, "localhost:8400:1", "host_not_allowed")]
    [InlineData("http://10.1.2.3:8400", "10.1.2.3:8400", null)]
    [InlineData("http://10.1.2.3:8400", "BOX:8400", null)]
    [InlineData(Everywhere, "box:9000", null)]
    [InlineData(Everywhere, "10.9.9.9:9000", null)]
    [InlineData(Everywhere, "[fe80::1]:9000", null)]
    [InlineData(Everywhere, "localhost:8400", null)]
    [InlineData(Everywhere, "evil.example:8400", "host_not_allowed")]
    public void The_host_has_to_be_this_machine(string urls, string? host, string? code)
    {
        var refusal = Rule(urls).Refuse(new DoorFacts("GET", "", host, 8400));

        Assert.Equal((code, code is null ? null : (int?)421), (refusal?.Code, refusal?.Status));
    }

    /// <summary>A unix socket has none.</summary>
    [Theory]
    [InlineData("localhost", true)]
    [InlineData("localhost:9000", true)]
    [InlineData("evil.example", false)]
    public void A_connection_without_a_port_is_judged_by_the_name_alone(string host, bool passes) =>
        Assert.Equal(passes, Rule(Loopback).Refuse(new DoorFacts("GET", "", host, 0)) is null);

    [Theory]
    [InlineData("silo.example", "silo.example:8400", true)]
    [InlineData("silo.example", "silo.example", true)]
    [InlineData("silo.example:443", "silo.example:8400", false)]
    [InlineData("silo.example:80", "silo.example", true)]
    [InlineData("*.example", "silo.example:8400", true)]
    [InlineData("*.example", "example:8400", false)]
    [InlineData("*.example", "notexample:8400", false)]
    [InlineData("*", "evil.example:8400", true)]
    public void Hosts_that_are_allowed_come_in(string entry, string host, bool passes) =>
        Assert.Equal(passes, Rule(Loopback, hosts: [entry]).Refuse(new DoorFacts("GET", "", host, 8400)) is null);

    [Theory]
    [InlineData(null, null, null)]
    [InlineData("http://127.0.0.1:8400", null, null)]
    [InlineData("http://127.0.0.1:8400", "same-origin", null)]
    [InlineData("http://127.0.0.1:8480", "same-site", "origin_not_allowed")]
    [InlineData("https://127.0.0.1:8400", null, "origin_not_allowed")]
    [InlineData("https://evil.example", "cross-site", "origin_not_allowed")]
    [InlineData("null", null, "origin_not_allowed")]
    [InlineData("", null, "origin_not_allowed")]
    [InlineData(null, "cross-site", "origin_not_allowed")]
    [InlineData(null, "same-site", "origin_not_allowed")]
    [InlineData(null, "same-origin", null)]
    [InlineData(null, "none", null)]
    [InlineData("https://app.example", "cross-site", null)]
    [InlineData("HTTPS://APP.example", "cross-site", null)]
    public void Pages_of_other_origins_stay_out(string? origin, string? site, string? code)
    {
        var refusal = Rule(Loopback, origins: ["https://app.example/"])
            .Refuse(new DoorFacts("GET", "", "127.0.0.1:8400", 8400) { Origin = origin, FetchSite = site });

        Assert.Equal((code, code is null ? null : (int?)403), (refusal?.Code, refusal?.Status));
    }

    [Theory]
    [InlineData("POST", "application/json", true)]
    [InlineData("POST", "application/json; charset=utf-8", true)]
    [InlineData("POST", "Application/JSON", true)]
    [InlineData("POST", "application/jsonp", false)]
    [InlineData("POST", "text/plain", false)]
    [InlineData("POST", "text/plain; application/json", false)]
    [InlineData("POST", "application/x-www-form-urlencoded", false)]
    [InlineData("POST", "", false)]
    [InlineData("POST", null, false)]
    [InlineData("DELETE", null, false)]
    [InlineData("GET", null, true)]
    [InlineData("HEAD", null, true)]
    [InlineData("OPTIONS", null, true)]
    public void What_changes_anything_is_json(string method, string? type, bool passes)
    {
        var refusal = Rule(Loopback).Refuse(
            new DoorFacts(method, "http://127.0.0.1:8400/v1/x", "127.0.0.1:8400", 8400) { ContentType = type });

        Assert.Equal(passes, refusal is null);
        if (refusal is not null)
        {
            Assert.Equal((415, "unsupported_media_type"), (refusal.Status, refusal.Code));
            Assert.Contains(
                "curl -H 'Content-Type: application/json' -d '{}' 'http://127.0.0.1:8400/v1/x'", refusal.Message, StringComparison.Ordinal);
        }
    }

    private static DoorRule Rule(string urls, string[]? hosts = null, string[]? origins = null) =>
        new(ListenAddress.ParseAll(urls), ["box"], hosts ?? [], origins ?? []);
}

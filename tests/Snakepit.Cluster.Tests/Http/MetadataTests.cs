using System.Net;
using System.Text;
using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Http;

/// <summary>Metadata of a call over HTTP and on the command line.</summary>
public sealed class MetadataTests(SharedSilo shared)
{
    private readonly SiloUnderTest _silo = shared.Silo;

    [Fact]
    public async Task Headers_with_the_prefix_are_the_calls_metadata()
    {
        var (status, body) = await CallAsync(("Snakepit-Meta-Tenant", "acme"), ("snakepit-meta-where.from", "Köln"), ("Snakepit", "no"));

        Assert.Equal((HttpStatusCode.OK, """{"tenant":"acme","where.from":"Köln"}"""), (status, body));
    }

    [Fact]
    public async Task A_name_that_is_not_allowed_is_refused()
    {
        var (status, body) = await CallAsync(("Snakepit-Meta-a!b", "x"));

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("invalid_request", body, StringComparison.Ordinal);
        Assert.Contains("U+0021", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_many_headers_are_refused_with_number_and_limit()
    {
        var (status, body) = await CallAsync([.. Enumerable.Range(0, 33).Select(number => ($"Snakepit-Meta-{number}", "x"))]);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("33 entries of metadata; 32 are allowed", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_command_line_sends_it_too()
    {
        var (code, output, _) = await SnakepitCommand.RunAsync(
            ["call", "metadata", "--meta", "Tenant=acme", "--meta", "where=Köln = here", "--url", _silo.Url.ToString()]);

        Assert.Equal((0, """{"tenant":"acme","where":"Köln = here"}""" + "\n"), (code, output));
    }

    [Fact]
    public async Task An_entry_without_a_name_is_refused_on_the_command_line()
    {
        var (code, _, errors) = await SnakepitCommand.RunAsync(["call", "metadata", "--meta", "=x", "--url", _silo.Url.ToString()]);

        Assert.Equal(1, code);
        Assert.Contains("--meta '=x' is not NAME=VALUE", errors, StringComparison.Ordinal);
    }

    private async Task<(HttpStatusCode Status, string Body)> CallAsync(params (string Name, string Value)[] headers)
    {
        using var handler = new SocketsHttpHandler { RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8 };
        using var http = new HttpClient(handler) { BaseAddress = _silo.Url };
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("v1/pools/default/tools/metadata", UriKind.Relative))
        {
            Content = new StringContent("{}", Encoding.UTF8, "application/json"),
        };
        foreach (var (name, value) in headers)
            Assert.True(request.Headers.TryAddWithoutValidation(name, value), name);
        using var response = await http.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}

using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace Snakepit.Testing.Tests.Samples;

/// <summary>The sample frontend without a silo and without Python, as an application's own tests would have it.</summary>
public sealed class WebFrontendTests : IAsyncLifetime
{
    private readonly SnakepitTestHost _python = new();
    private readonly TestPool _pool;
    private WebApplicationFactory<Program> _frontend = null!;

    public WebFrontendTests() => _pool = _python.AddPool().Tool("analyse_document", call => new
    {
        engine = "fake",
        language = new { code = "en", name = "English", confidence = 1.0 },
        words = call.Get<string>("text").Split(' ').Length,
        sentences = 1,
        reading_seconds = 1,
        keywords = Array.Empty<object>(),
        similar = Array.Empty<object>(),
        summary = Array.Empty<string>(),
    });

    public async ValueTask InitializeAsync()
    {
        var client = await _python.StartAsync();
        _frontend = new WebApplicationFactory<Program>().WithWebHostBuilder(web =>
            web.ConfigureTestServices(services => services.AddSingleton(client)));
    }

    public async ValueTask DisposeAsync()
    {
        await _frontend.DisposeAsync();
        await _python.DisposeAsync();
    }

    [Fact]
    public async Task A_document_is_counted_by_the_tool()
    {
        using var http = _frontend.CreateClient();

        using var response = await http.PostAsync(new Uri("/api/documents", UriKind.Relative), Text("three small words"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var answer = await response.Content.ReadFromJsonAsync<JsonNode>();
        Assert.Equal(3, answer?["result"]?["words"]?.GetValue<int>());
    }

    [Fact]
    public async Task A_tool_that_raises_is_a_problem_document()
    {
        _pool.Tool("analyse_document", _ => throw new PythonRaisedException("ValueError", "no text"));
        using var http = _frontend.CreateClient();

        using var response = await http.PostAsync(new Uri("/api/documents", UriKind.Relative), Text("x"));

        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Contains("no text", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static StringContent Text(string text) => new(text, Encoding.UTF8, "text/plain");
}

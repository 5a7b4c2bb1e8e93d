using System.Text.Json;
using Microsoft.Playwright;
using Snakepit.Core.Access;
using Snakepit.EndToEnd.Tests.Hosting;
using Snakepit.TestKit;

namespace Snakepit.EndToEnd.Tests;

/// <summary>A page of an origin that the silo allows, with a key: the browser asks first, then the page calls.</summary>
[Trait("Speed", "Slow")]
public sealed class AllowedPageTests : IAsyncLifetime
{
    private const string Key = "snakepit_of-the-page";

    /// <summary>Calls a tool and says what the page can read of the answer.</summary>
    private const string Call = """
        async ([url, key]) => {
          const headers = { 'Content-Type': 'application/json', 'Snakepit-Timeout': '30s' };
          if (key) headers['Authorization'] = `Bearer ${key}`;
          const answer = await fetch(url, { method: 'POST', headers, body: '{"a": 1, "b": 2}' });
          const worker = answer.headers.get('Snakepit-Worker') !== null, retry = answer.headers.get('Retry-After') !== null;
          return JSON.stringify({ status: answer.status, body: await answer.text(), worker, retry });
        }
        """;

    private readonly ForeignPage _page = new();
    private SiloUnderTest _silo = null!;
    private IPlaywright _playwright = null!;
    private IBrowser _browser = null!;

    public async ValueTask InitializeAsync()
    {
        _silo = SiloUnderTest.Start(
            [SiloUnderTest.Pool(size: 1)],
            [
                $"Http:AllowedOrigins:0={_page.Address.TrimEnd('/')}", $"Http:Keys:page:Hash={KeyHash.Of(Key)}",
                "Http:Keys:page:RequestsPerSecond=0.001", "Http:Keys:page:Burst=1", $"Http:Keys:kit:Hash={KeyHash.Of("kit")}",
            ]);
        _silo.Http.DefaultRequestHeaders.Add("X-Api-Key", "kit");
        _playwright = await Playwright.CreateAsync();
        _browser = await Studio.LaunchBrowserAsync(_playwright);
        await _silo.UntilReadyAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
        await _silo.DisposeAsync();
        await _page.DisposeAsync();
    }

    [Fact]
    public async Task A_page_of_an_allowed_origin_calls_with_its_key_and_reads_answers_and_refusals()
    {
        var page = await _browser.NewPageAsync();
        await page.GotoAsync(_page.Address);

        var without = await CallAsync(page, null);
        var with = await CallAsync(page, Key);
        var tooMany = await CallAsync(page, Key);

        Assert.Equal(401, without.Status);
        Assert.Contains("not_authenticated", without.Body, StringComparison.Ordinal);
        Assert.Equal((200, "3", true), (with.Status, with.Body, with.Worker));
        Assert.Equal((429, true), (tooMany.Status, tooMany.Retry));
    }

    private async Task<Seen> CallAsync(IPage page, string? key) => JsonSerializer.Deserialize<Seen>(
        await page.EvaluateAsync<string>(Call, new[] { new Uri(_silo.Url, "v1/pools/default/tools/add").ToString(), key }),
        JsonSerializerOptions.Web)!;

    /// <summary>What the page can read.</summary>
    private sealed record Seen(int Status, string Body, bool Worker, bool Retry);
}

using Microsoft.Playwright;
using Snakepit.EndToEnd.Tests.Hosting;
using Snakepit.TestKit;

namespace Snakepit.EndToEnd.Tests;

/// <summary>What a page that the operator happens to look at can do to a silo on the same machine: nothing.</summary>
[Trait("Speed", "Slow")]
public sealed class ForeignPageTests : IAsyncLifetime
{
    private const string TurnedAway = "A POST was turned away at the door";

    private readonly ForeignPage _foreign = new();
    private SiloUnderTest _silo = null!;
    private IPlaywright _playwright = null!;
    private IBrowser _browser = null!;

    public async ValueTask InitializeAsync()
    {
        _silo = SiloUnderTest.Start(
            [SiloUnderTest.Pool(size: 1)], environment: new Dictionary<string, string?> { ["Logging__LogLevel__snakepit"] = "Debug" });
        _playwright = await Playwright.CreateAsync();
        _browser = await Studio.LaunchBrowserAsync(_playwright, "--host-resolver-rules=MAP rebound.example 127.0.0.1");
        await _silo.UntilReadyAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
        await _silo.DisposeAsync();
        await _foreign.DisposeAsync();
    }

    [Theory]
    [InlineData("fetch(url, { method: 'POST', mode: 'no-cors', headers: { 'Content-Type': 'text/plain' }, body: '{}' })")]
    [InlineData("navigator.sendBeacon(url, '{}')")]
    [InlineData("navigator.sendBeacon(url, new Blob(['{}'], { type: 'text/plain' }))")]
    [InlineData("""
        {
          const form = document.createElement('form');
          form.method = 'POST'; form.action = url; form.enctype = 'text/plain'; form.target = 'hidden';
          form.innerHTML = '<input name="{&quot;a" value="&quot;:1}">';
          document.body.append(form);
          form.submit();
        }
        """)]
    public async Task A_page_of_another_origin_runs_no_tool(string attack)
    {
        await AttackAsync("v1/pools/default/tools/count");
        await _silo.SeesAsync(TurnedAway);
        await AttackAsync("v1/pools/default/recycle");
        await _silo.SeeAsync(
            () => Task.FromResult(_silo.Output.Split(TurnedAway).Length - 1), times => times >= 2, "the second is turned away too");

        Assert.Equal("1", (await _silo.CallAsync("count")).Body);
        Assert.Equal(0, (await _silo.PoolAsync())["recycled"]!.GetValue<int>());

        // Each from a page of its own: a form that is sent into a window in which another one has just been sent may be dropped.
        async Task AttackAsync(string path)
        {
            var page = await _browser.NewPageAsync();
            await page.GotoAsync(_foreign.Address);
            await page.EvaluateAsync($"url => {{ {attack}; }}", new Uri(_silo.Url, path).ToString());
        }
    }

    [Fact]
    public async Task A_name_that_is_made_to_point_here_reads_nothing()
    {
        var page = await _browser.NewPageAsync();

        var answer = await page.GotoAsync($"http://rebound.example:{_silo.Url.Port}/v1/status");

        Assert.Equal(421, answer!.Status);
        Assert.DoesNotContain("workers", await answer.TextAsync(), StringComparison.Ordinal);
    }
}

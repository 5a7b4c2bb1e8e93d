using System.Globalization;
using Snakepit.EndToEnd.Tests.Hosting;
using Snakepit.Launcher;
using Snakepit.TestKit;
using static Microsoft.Playwright.Assertions;

namespace Snakepit.EndToEnd.Tests;

[Collection(StudioCollection.Name), Trait("Speed", "Slow")]
public sealed class FailureTests(Studio studio)
{
    [Fact]
    public async Task A_killed_worker_is_replaced_and_the_page_goes_on()
    {
        await using var visit = await studio.VisitAsync();
        await visit.PickAsync("lighthouses");
        var pid = int.Parse(await visit.Page.Locator("#run-pid").InnerTextAsync(), CultureInfo.InvariantCulture);

        WorkerProcesses.Kill(pid);

        await visit.PickAsync("railway-time");
        await Expect(visit.Page.Locator("#run-pid")).Not.ToHaveTextAsync(pid.ToString(CultureInfo.InvariantCulture));
        await Expect(visit.Page.Locator($".worker[data-pid='{pid}']")).ToHaveCountAsync(0);
        await Expect(visit.Page.Locator(".worker[data-state='idle']")).ToHaveCountAsync(4);
        Assert.Empty(visit.Complaints);
    }

    [Fact]
    public async Task A_pool_that_has_crashed_too_often_is_shown_as_tripped()
    {
        await using var silo = await SiloUnderTest.StartReadyAsync(
            [SiloUnderTest.Pool(size: 1)], "CrashBarrier:BreakerCrashes=1", "CrashBarrier:BreakerPause=5m");
        var port = FreePorts.Take();
        await using var frontend = Studio.StartFrontend(Studio.Local(port), silo.GatewayPort);
        await Studio.ReadyAsync(frontend, new Uri(Studio.Local(port), "/health"));
        await using var visit = await studio.VisitAsync(page: Studio.Local(port));
        await Expect(visit.Page.Locator("#pool")).ToHaveAttributeAsync("data-state", "ready");

        await silo.CallAsync("die", new { code = 3 });

        await Expect(visit.Page.Locator("#pool")).ToHaveAttributeAsync("data-state", "tripped");
    }

    [Fact]
    public async Task Without_a_silo_the_page_says_so_and_stays_alive()
    {
        var ports = new[] { FreePorts.Take(), FreePorts.Take() };
        await using var frontend = Studio.StartFrontend(Studio.Local(ports[0]), gatewayPort: ports[1]);
        await Studio.ReadyAsync(frontend, new Uri(Studio.Local(ports[0]), "/health"));
        await using var visit = await studio.VisitAsync(page: Studio.Local(ports[0]));

        await visit.PickAsync("tides");

        await Expect(visit.Problem).ToContainTextAsync("cluster_unreachable");
        await Expect(visit.Problem).ToContainTextAsync("503");
        await Expect(visit.Page.Locator("#pool-state")).ToHaveTextAsync("no silo answers");
        await Studio.ReadyAsync(frontend, new Uri(Studio.Local(ports[0]), "/health"));
    }
}

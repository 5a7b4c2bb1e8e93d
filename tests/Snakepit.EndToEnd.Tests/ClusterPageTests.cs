using Microsoft.Playwright;
using Snakepit.EndToEnd.Tests.Hosting;
using Snakepit.TestKit;
using static Microsoft.Playwright.Assertions;

namespace Snakepit.EndToEnd.Tests;

/// <summary>The cluster that a person can see and kill.</summary>
[Collection(StudioCollection.Name), Trait("Speed", "Slow")]
public sealed class ClusterPageTests(Studio studio, UpCluster cluster) : IClassFixture<UpCluster>
{
    [Fact]
    public async Task The_page_shows_which_silos_answered()
    {
        await using var visit = await studio.VisitAsync(page: cluster.Pages[1]);
        await Expect(Silos(visit)).ToHaveCountAsync(3);

        await visit.Page.Locator("#steady").ClickAsync();

        // Two silos at random and the emptier: no silo is without answers for long.
        foreach (var silo in await Silos(visit).AllAsync())
            await Expect(silo.Locator(".answers")).Not.ToHaveTextAsync("0 answers");
        await visit.Page.Locator("#steady").ClickAsync();
        await visit.PickAsync("tides");
        var answered = await visit.Page.Locator("#run-silo").InnerTextAsync();
        Assert.Matches("^silo-[123]$", answered);
        await Expect(visit.Page.Locator("#run-worker")).ToContainTextAsync($"default@{answered}#");
        Assert.Empty(visit.Complaints);
    }

    [Fact]
    public async Task A_killed_silo_is_told_while_the_others_answer_and_can_be_started_again()
    {
        await using var visit = await studio.VisitAsync(page: cluster.Pages[0]);
        var silo = visit.Page.Locator(".silo[data-silo='silo-2']");
        await Expect(silo).ToHaveAttributeAsync("data-state", "ready");
        await visit.Page.Locator("#steady").ClickAsync();
        await Expect(silo.Locator(".answers")).Not.ToHaveTextAsync("0 answers");

        HostProcess.Signal(cluster.Pid("silo-2"), "KILL");

        await Expect(silo).ToHaveAttributeAsync("data-state", "gone");
        await Expect(visit.Page.Locator("#events")).ToContainTextAsync(
            "silo-2 is gone, and its 2 workers with it. Calls go to silo-1 and silo-3.");
        await cluster.SaysAsync($"silo-2 (process {cluster.Pid("silo-2")}) is gone: killed by signal 9. The others go on.");
        var third = visit.Page.Locator(".silo[data-silo='silo-3'] .answers");
        await Expect(third).Not.ToHaveTextAsync(await third.InnerTextAsync());

        cluster.StartAgain("silo-2");

        await Expect(silo).ToHaveAttributeAsync("data-state", "ready");
        await Expect(visit.Page.Locator("#events")).ToContainTextAsync("silo-2 is back, with new workers.");
        await Expect(visit.Page.Locator("#steady-text")).ToContainTextAsync(", 0 failed");
    }

    private static ILocator Silos(Visit visit) => visit.Page.Locator(".silo[data-state='ready']");
}

using System.Globalization;
using System.Text.RegularExpressions;
using Snakepit.EndToEnd.Tests.Hosting;
using static Microsoft.Playwright.Assertions;

namespace Snakepit.EndToEnd.Tests;

[Collection(StudioCollection.Name), Trait("Speed", "Slow")]
public sealed class ResultTests(Studio studio)
{
    [Fact]
    public async Task A_shipped_document_shows_keywords_its_worker_and_the_time_of_every_stage()
    {
        await using var visit = await studio.VisitAsync();

        await visit.PickAsync("tides");

        await Expect(visit.Result.Locator("h2")).ToHaveTextAsync("How the tide keeps time");
        await Expect(visit.Page.Locator(".keywords li").First).ToContainTextAsync("moon");
        await Expect(visit.Page.Locator(".summary li")).ToHaveCountAsync(3);
        await Expect(visit.Page.Locator("#run-worker")).ToHaveTextAsync(new Regex(@"^default@.+#\d\.\d+$"));
        var workers = await WorkerProcesses.OfSiloAsync(studio.Silo);
        Assert.Contains(int.Parse(await visit.Page.Locator("#run-pid").InnerTextAsync(), CultureInfo.InvariantCulture), workers);
        var stages = await visit.Page.Locator("[data-stage]").AllInnerTextsAsync();
        Assert.Equal(5, stages.Count);
        Assert.All(stages, stage => Assert.Matches(@"(Client|Queue|Dispatch|Python|Return)\s*[\d.]+ ms", stage));
    }

    [Fact]
    public async Task A_similar_document_is_one_click_away()
    {
        await using var visit = await studio.VisitAsync();
        await visit.PickAsync("sourdough");

        await visit.Page.Locator(".similar button").First.ClickAsync();

        await Expect(visit.Result.Locator("h2")).ToHaveTextAsync("What happens to cheese in the dark");
        await Expect(visit.Page.Locator("[data-name='cheese-caves']")).ToHaveAttributeAsync("aria-pressed", "true");
    }

    [Fact]
    public async Task A_shipped_picture_shows_its_colours_and_the_pictures_that_Python_made()
    {
        await using var visit = await studio.VisitAsync();

        await visit.PickAsync("evening-ridges");

        await Expect(visit.Page.Locator(".swatches li")).ToHaveCountAsync(6);
        Assert.All(
            await visit.Page.Locator(".swatches li").AllInnerTextsAsync(), colour => Assert.Matches(@"#[0-9a-f]{6}\s+[\d.]+ %", colour));
        await Expect(visit.Page.Locator(".histogram rect")).ToHaveCountAsync(32);
        var widths = await visit.Page.Locator(".pictures img").EvaluateAllAsync<int[]>("images => images.map(image => image.naturalWidth)");
        Assert.Equal([840, 840, 840], widths);
    }

    [Fact]
    public async Task The_strip_shows_every_worker_and_which_one_answered()
    {
        await using var visit = await studio.VisitAsync();
        await Expect(visit.Page.Locator(".worker")).ToHaveCountAsync(4);

        await visit.PickAsync("honeybees");

        var worker = await visit.Page.Locator("#run-worker").InnerTextAsync();
        await Expect(visit.Page.Locator(".worker[data-last]")).ToHaveAttributeAsync("data-id", worker);
        await Expect(visit.Page.Locator("#pool")).ToHaveAttributeAsync("data-state", "ready");
    }

    [Fact]
    public async Task A_visit_leaves_no_console_errors_and_no_failed_requests()
    {
        await using var visit = await studio.VisitAsync();

        await visit.PickAsync("warteschlangen");
        await visit.PickAsync("paper-chart");
        await Expect(visit.Page.Locator(".worker")).ToHaveCountAsync(4);

        Assert.Empty(visit.Complaints);
    }
}

using Microsoft.Playwright;
using Snakepit.EndToEnd.Tests.Hosting;
using static Microsoft.Playwright.Assertions;

namespace Snakepit.EndToEnd.Tests;

[Collection(StudioCollection.Name), Trait("Speed", "Slow")]
public sealed class LookTests(Studio studio)
{
    [Theory]
    [InlineData(360, "sourdough")]
    [InlineData(360, "paper-chart")]
    [InlineData(1400, "sourdough")]
    [InlineData(1400, "paper-chart")]
    public async Task Nothing_sticks_out_sideways(int width, string sample)
    {
        await using var visit = await studio.VisitAsync(width);
        await Expect(visit.Page.Locator(".worker")).ToHaveCountAsync(4);

        await visit.PickAsync(sample);

        var content = await visit.Page.EvaluateAsync<int>("document.documentElement.scrollWidth");
        Assert.True(content <= width, $"The content is {content} px wide in a window of {width} px.");
    }

    [Fact]
    public async Task Dark_mode_has_light_text_on_dark_paper()
    {
        await using var visit = await studio.VisitAsync(scheme: ColorScheme.Dark);

        await visit.PickAsync("tides");

        Assert.True(await BrightnessAsync(visit, "body", "backgroundColor") < 60);
        Assert.True(await BrightnessAsync(visit, ".summary li", "color") > 180);
    }

    [Fact]
    public async Task The_keyboard_is_enough()
    {
        await using var visit = await studio.VisitAsync();

        await visit.Page.Locator("#file").FocusAsync();
        await visit.Page.Keyboard.PressAsync("Tab");
        await Expect(visit.Page.Locator("[data-name='evening-ridges']")).ToBeFocusedAsync();
        await visit.Page.Keyboard.PressAsync("Enter");
        await visit.SettleAsync();

        await Expect(visit.Result.Locator("h2")).ToHaveTextAsync("Evening ridges");
    }

    /// <summary>0 for black, 255 for white.</summary>
    private static async Task<double> BrightnessAsync(Visit visit, string selector, string property) =>
        await visit.Page.Locator(selector).First.EvaluateAsync<double>(
            "(element, property) => getComputedStyle(element)[property].match(/[\\d.]+/g).slice(0, 3)"
            + ".reduce((sum, value) => sum + Number(value), 0) / 3",
            property);
}

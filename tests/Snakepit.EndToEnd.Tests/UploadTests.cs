using System.Text;
using Snakepit.EndToEnd.Tests.Hosting;
using static Microsoft.Playwright.Assertions;

namespace Snakepit.EndToEnd.Tests;

[Collection(StudioCollection.Name), Trait("Speed", "Slow")]
public sealed class UploadTests(Studio studio)
{
    [Fact]
    public async Task An_uploaded_text_file_is_analysed()
    {
        await using var visit = await studio.VisitAsync();

        await visit.UploadAsync("notes.txt", "text/plain", "The baker feeds the yeast. The yeast lifts the dough."u8.ToArray());

        await Expect(visit.Result.Locator("h2")).ToHaveTextAsync("notes.txt");
        await Expect(visit.Page.Locator(".keywords li").First).ToContainTextAsync("yeast");
        await Expect(visit.Page.Locator(".similar button").First).ToContainTextAsync("A crowd in a jar of flour");
    }

    [Fact]
    public async Task A_broken_picture_shows_what_Python_said_and_the_page_stays_usable()
    {
        await using var visit = await studio.VisitAsync();
        var whole = await File.ReadAllBytesAsync(Repository.Sample("data/images/julia-reef.png"));

        await visit.UploadAsync("half.png", "image/png", whole[..(whole.Length / 2)]);

        await Expect(visit.Problem).ToContainTextAsync("The PNG ends in the middle of its IDAT chunk.");
        await Expect(visit.Problem).ToContainTextAsync("tool_raised");
        await visit.Page.Locator(".problem summary").ClickAsync();
        await Expect(visit.Page.Locator(".problem pre")).ToContainTextAsync("Traceback (most recent call last)");

        await visit.PickAsync("julia-reef");
        await Expect(visit.Page.Locator(".swatches li")).ToHaveCountAsync(6);
        await Expect(visit.Problem).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_file_above_the_limit_is_refused_with_the_limit()
    {
        await using var visit = await studio.VisitAsync();

        await visit.UploadAsync("long.txt", "text/plain", new byte[300 * 1024]);

        await Expect(visit.Problem).ToContainTextAsync("'long.txt' has 300 KB; the limit is 256 KB.");
    }

    [Fact]
    public async Task The_frontend_refuses_too_large_bodies_itself()
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(60) };
        using var body = new ByteArrayContent(new byte[300 * 1024]);

        using var response = await http.PostAsync(new Uri(studio.Page, "/api/documents"), body);

        Assert.Equal(413, (int)response.StatusCode);
        Assert.Contains("256 KB", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Markup_in_a_document_and_in_its_name_is_shown_as_text()
    {
        await using var visit = await studio.VisitAsync();
        const string Markup = "<img src=x onerror=alert(1)>";

        await visit.UploadAsync($"{Markup}.txt", "text/plain", Encoding.UTF8.GetBytes($"A sentence about {Markup} and nothing else."));

        await Expect(visit.Result.Locator("h2")).ToHaveTextAsync($"{Markup}.txt");
        await Expect(visit.Page.Locator(".source")).ToContainTextAsync(Markup);
        await Expect(visit.Result.Locator("img")).ToHaveCountAsync(0);
        Assert.Empty(visit.Complaints);
    }
}

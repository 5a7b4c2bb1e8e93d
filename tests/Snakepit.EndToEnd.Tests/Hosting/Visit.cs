using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Snakepit.EndToEnd.Tests.Hosting;

/// <summary>One visitor: a fresh browser context on the page, and what the browser complained about.</summary>
internal sealed class Visit : IAsyncDisposable
{
    private const float LimitMilliseconds = 90_000; // longer than the budget of the frontend's calls, 20 s

    private readonly IBrowserContext _context;
    private readonly List<string> _complaints = [];

    private Visit(IBrowserContext context, IPage page)
    {
        _context = context;
        Page = page;
        page.Console += (_, message) => Complain(message.Type is "error" or "warning", $"console: {message.Text}");
        page.PageError += (_, error) => Complain(true, $"script: {error}");
        page.RequestFailed += (_, request) => Complain(true, $"request: {request.Method} {request.Url} {request.Failure}");
        page.Response += (_, response) => Complain(response.Status >= 400, $"response: {response.Status} {response.Url}");
    }

    public IPage Page { get; }

    public ILocator Result => Page.Locator("#result");

    public ILocator Problem => Page.Locator(".problem");

    /// <summary>Console errors and warnings, script errors, failed and refused requests.</summary>
    public IReadOnlyList<string> Complaints
    {
        get
        {
            lock (_complaints)
                return [.. _complaints];
        }
    }

    public static async Task<Visit> StartAsync(IBrowserContext context, Uri address)
    {
        SetDefaultExpectTimeout(LimitMilliseconds);
        context.SetDefaultTimeout(LimitMilliseconds);
        var visit = new Visit(context, await context.NewPageAsync());
        await visit.Page.GotoAsync(address.ToString());
        await Expect(visit.Page.Locator("#documents button")).ToHaveCountAsync(8);
        return visit;
    }

    public async Task PickAsync(string sample)
    {
        await Page.Locator($"[data-name='{sample}']").ClickAsync();
        await SettleAsync();
    }

    public async Task UploadAsync(string name, string type, byte[] content)
    {
        await Page.Locator("#file").SetInputFilesAsync(new FilePayload { Name = name, MimeType = type, Buffer = content });
        await SettleAsync();
    }

    /// <summary>Waits until the page has an answer, good or bad.</summary>
    public async Task SettleAsync()
    {
        await Expect(Page.Locator(".run, .problem")).ToHaveCountAsync(1);
        await Expect(Result).ToHaveAttributeAsync("aria-busy", "false");
    }

    public ValueTask DisposeAsync() => _context.DisposeAsync();

    private void Complain(bool really, string text)
    {
        if (!really)
            return;
        lock (_complaints)
            _complaints.Add(text);
    }
}

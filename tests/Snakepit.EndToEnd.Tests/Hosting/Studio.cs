using Microsoft.Playwright;
using Snakepit.Launcher;
using Snakepit.TestKit;

namespace Snakepit.EndToEnd.Tests.Hosting;

/// <summary>The sample as a person has it running: a silo with its Python workers, the frontend, and a browser.</summary>
public sealed class Studio : IAsyncLifetime
{
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(90), WorkersEndLimit = TimeSpan.FromSeconds(30);
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(5) };
    private static readonly string[] BrowserArguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    private readonly string _data = Directory.CreateTempSubdirectory("snakepit-e2e-").FullName;
    private ChildProgram? _silo;
    private ChildProgram? _frontend;
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>Address of the page.</summary>
    public Uri Page { get; private set; } = null!;

    /// <summary>Address of the silo's own HTTP surface.</summary>
    public Uri Silo { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        try
        {
            await StartAsync();
        }
        catch
        {
            // xunit does not dispose a fixture that did not come up.
            _playwright?.Dispose();
            if (_frontend is not null)
                await _frontend.DisposeAsync();
            if (_silo is not null)
                await _silo.DisposeAsync();
            throw;
        }
    }

    internal static Uri Local(int port) => new($"http://127.0.0.1:{port}");

    internal static ChildProgram StartFrontend(Uri page, int gatewayPort) => ChildProgram.Start(
        new ProgramStart("the frontend", Repository.Frontend, ["--urls", page.ToString()])
        {
            Folder = Repository.Root,
            Environment = new Dictionary<string, string?> { ["Snakepit__Client__Gateways__0"] = $"127.0.0.1:{gatewayPort}" },
        });

    internal static Task ReadyAsync(ChildProgram program, Uri health) => program.WaitUntilReadyAsync(Http, health, ReadyLimit);

    internal static Task<IBrowser> LaunchBrowserAsync(IPlaywright playwright, params string[] arguments) =>
        playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Environment.GetEnvironmentVariable("CHROMIUM") is { Length: > 0 } path ? path : "/usr/bin/chromium",
            Args = [.. BrowserArguments, .. arguments],
            Timeout = 120_000,
        });

    /// <summary>Opens the page as a new visitor and waits until it has its samples.</summary>
    internal async Task<Visit> VisitAsync(int width = 1280, int height = 800, ColorScheme scheme = ColorScheme.Light, Uri? page = null)
    {
        var context = await _browser!.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = height },
            ColorScheme = scheme,
        });
        return await Visit.StartAsync(context, page ?? Page);
    }

    /// <summary>Opens another page in a window of its own.</summary>
    internal async Task<IPage> OpenAsync(Uri address)
    {
        var page = await _browser!.NewPageAsync();
        await page.GotoAsync(address.ToString());
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
        if (_frontend is not null)
            await _frontend.DisposeAsync();
        if (_silo is not null)
            await EndSiloAsync(_silo);
        Directory.Delete(_data, recursive: true);
    }

    private async Task StartAsync()
    {
        var ports = new[] { FreePorts.Take(), FreePorts.Take(), FreePorts.Take(), FreePorts.Take() };
        Silo = Local(ports[0]);
        Page = Local(ports[3]);
        string[] serve =
        [
            "serve", "--config", Repository.Sample("snakepit.json"), "--urls", Silo.ToString(),
            $"--Snakepit:Cluster:SiloPort={ports[1]}", $"--Snakepit:Cluster:GatewayPort={ports[2]}",
            $"--Snakepit:InstanceToken=e2e-{Environment.ProcessId}", $"--Snakepit:DataDir={_data}",
        ];
        _silo = ChildProgram.Start(new ProgramStart("the silo", Repository.Silo, serve) { Folder = Repository.Root });
        _frontend = StartFrontend(Page, ports[2]);
        _playwright = await Playwright.CreateAsync();
        _browser = await LaunchBrowserAsync(_playwright);
        await ReadyAsync(_silo, new Uri(Silo, "/health/ready"));
        await ReadyAsync(_frontend, new Uri(Page, "/health"));
    }

    /// <summary>The silo gets no chance to clean up, and still no worker may stay.</summary>
    private async Task EndSiloAsync(ChildProgram silo)
    {
        try
        {
            var workers = await WorkerProcesses.OfSiloAsync(Silo);
            Assert.All(workers, pid => Assert.True(HostProcess.IsAlive(pid), $"Worker process {pid} was reported and is not there."));
            silo.Kill();
            await Poll.UntilAsync("every Python worker has ended after its silo", WorkersEndLimit, () =>
            {
                var left = workers.Where(HostProcess.IsAlive).ToList();
                return Task.FromResult(left.Count == 0 ? null : $"alive: {string.Join(", ", left)}");
            }, () => silo.Output);
        }
        finally
        {
            await silo.DisposeAsync();
        }
    }
}

/// <summary>All browser tests share one studio and run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class StudioCollection : ICollectionFixture<Studio>
{
    public const string Name = "studio";
}

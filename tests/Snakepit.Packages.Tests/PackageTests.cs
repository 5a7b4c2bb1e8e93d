using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using Snakepit.Launcher;
using Snakepit.TestKit;

namespace Snakepit.Packages.Tests;

/// <summary>The programs of README and the documentation, built and run against the packages alone.</summary>
public sealed class PackageTests(PackedHouse house) : IClassFixture<PackedHouse>
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);
    private static readonly string[] Unknown = ["helo", "wrld"];

    /// <summary>README's own tool, called from its own page.</summary>
    [Fact]
    public async Task The_tool_makes_and_serves_an_adapter_whose_new_tool_a_page_calls()
    {
        var frontend = await house.BuildAsync("frontend", "Frontend");
        var demo = Path.Combine(house.Programs, "demo");
        await RunToolAsync("gen", "adapter", "demo", "--folder", demo);
        var (door, gateway, page) = (FreePorts.Take(), FreePorts.Take(), FreePorts.Take());
        using var http = new HttpClient();
        await using var app = Start("the frontend", frontend, page, ("Snakepit__Client__Gateways__0", $"127.0.0.1:{gateway}"));
        await using var silo = ChildProgram.Start(new ProgramStart(
            "the tool",
            house.Tool,
            ["dev", "--config", Path.Combine(demo, "snakepit.json"), "--urls", $"http://127.0.0.1:{door}"])
        {
            Environment = Own("tool", ("Snakepit__Cluster__GatewayPort", $"{gateway}")),
        });
        await silo.WaitUntilReadyAsync(http, new Uri($"http://127.0.0.1:{door}/health/ready"), Limit);
        await app.WaitUntilReadyAsync(http, new Uri($"http://127.0.0.1:{page}/health"), Limit);

        await File.AppendAllTextAsync(Path.Combine(demo, "demo", "adapter.py"), $"\n{ReadmeTests.Block("README.md", "python")}");

        using var shouted = await Eventually.SeeAsync( // workers are replaced one by one
            () => http.GetAsync(new Uri($"http://127.0.0.1:{page}/shout?text=hello")),
            answer => answer.IsSuccessStatusCode,
            Limit,
            "the tool that was added answers");
        Assert.Equal("HELLO!", await shouted.Content.ReadAsStringAsync());
        Assert.Contains("action='shout'", await http.GetStringAsync(new Uri($"http://127.0.0.1:{page}/")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_frontend_that_is_a_silo_calls_its_own_workers_and_leaves_none_behind()
    {
        var frontend = await house.BuildAsync("frontend-silo", "FrontendSilo");
        var page = FreePorts.Take();
        using var http = new HttpClient();
        await using var app = Start("the frontend that is a silo", frontend, page, ("Snakepit__Cluster__GatewayPort", "0"));
        await app.WaitUntilReadyAsync(http, new Uri($"http://127.0.0.1:{page}/health/ready"), Limit);

        Assert.Equal(Unknown, await CheckAsync(http, page));
        using var status = await http.GetAsync(new Uri($"http://127.0.0.1:{page}/v1/status"));
        Assert.Equal(HttpStatusCode.OK, status.StatusCode);
        Assert.NotEmpty(HostProcess.Workers(Token("app")));
        Assert.Equal(0, await app.StopAsync(Limit));
        Assert.Empty(HostProcess.Workers(Token("app")));
    }

    /// <summary>The program of docs/script-mode.md, as a person runs it: from its source, with the package alone.</summary>
    [Fact]
    public async Task A_script_of_one_file_calls_python_and_leaves_nothing_behind()
    {
        Assert.Equal((0, "helo wrld"), await RunScriptAsync(exit: null, adapter: null));
        Assert.Equal((0, "helo wrld"), await RunScriptAsync(exit: "halt", adapter: null));
        Assert.Equal((1, ""), await RunScriptAsync(exit: "stop", adapter: "myapp.nothing.Adapter"));
        Assert.Empty(HostProcess.WorkersWith(house.Programs)); // where their adapter is
    }

    [Fact]
    public void Packages_carry_the_worker_package_documentation_and_symbols()
    {
        using var workers = ZipFile.OpenRead(Assert.Single(Directory.GetFiles(house.Feed, "Snakepit.Workers.*.nupkg")));
        var names = workers.Entries.Select(entry => entry.FullName).ToList();

        Assert.Contains("python/snakepit_bridge/__main__.py", names);
        Assert.Contains("python/snakepit_bridge/boot/main.py", names);
        Assert.Contains("python/snakepit_bridge/link.binpb", names);
        Assert.Contains("python/snakepit_bridge/py.typed", names);
        Assert.Contains("buildTransitive/Snakepit.Workers.targets", names);
        using var hosting = ZipFile.OpenRead(Assert.Single(Directory.GetFiles(house.Feed, "Snakepit.Hosting.*.nupkg")));
        Assert.Contains(hosting.Entries, entry => entry.FullName == "buildTransitive/Snakepit.Hosting.targets");
        foreach (var package in (string[])["Snakepit.Client", "Snakepit.Hosting", "Snakepit.AspNetCore", "Snakepit.Testing"])
        {
            using var archive = ZipFile.OpenRead(Assert.Single(Directory.GetFiles(house.Feed, $"{package}.*.nupkg")));
            Assert.Contains(archive.Entries, entry => entry.FullName == $"lib/net10.0/{package}.xml");
            Assert.Contains(archive.Entries, entry => entry.FullName == "README.md");
            Assert.Single(Directory.GetFiles(house.Feed, $"{package}.*.snupkg"));
        }
    }

    private async Task<(int Code, string Output)> RunScriptAsync(string? exit, string? adapter)
    {
        var variables = new Dictionary<string, string?>
        {
            ["SNAKEPIT_PYTHON"] = Environment.GetEnvironmentVariable("SNAKEPIT_PYTHON") ?? "/usr/bin/python3",
            ["SNAKEPIT_SCRIPT_EXIT"] = exit,
            ["ADAPTER"] = adapter,
        };
        return await house.RunScriptAsync(Path.Combine("script", "words.cs"), variables, Limit);
    }

    /// <summary>What a command of the installed tool has printed.</summary>
    private async Task<string> RunToolAsync(params string[] arguments)
    {
        await using var tool = ChildProgram.Start(new ProgramStart("the tool", house.Tool, arguments));
        await tool.WaitForExitAsync(Limit);
        return tool.Output;
    }

    private ChildProgram Start(string name, string executable, int port, params (string, string?)[] variables) =>
        ChildProgram.Start(new ProgramStart(name, executable, ["--urls", $"http://127.0.0.1:{port}"])
        {
            Folder = Path.Combine(house.Programs, name.Contains("silo", StringComparison.Ordinal) ? "frontend-silo" : "frontend"),
            Environment = Own("app", variables),
        });

    /// <summary>An instance and a data folder of its own, and free ports, so that other silos of this machine do not matter.</summary>
    private Dictionary<string, string?> Own(string who, params (string Name, string? Value)[] variables) => new(
        variables.Select(pair => KeyValuePair.Create(pair.Name, pair.Value)))
    {
        ["SNAKEPIT_PYTHON"] = Environment.GetEnvironmentVariable("SNAKEPIT_PYTHON") ?? "/usr/bin/python3",
        ["Snakepit__InstanceToken"] = Token(who),
        ["Snakepit__DataDir"] = Path.Combine(house.Programs, "data"),
        ["Snakepit__Cluster__SiloPort"] = "0",
    };

    private static string Token(string who) => $"packages-{who}-{Environment.ProcessId}";

    private static async Task<string[]?> CheckAsync(HttpClient http, int port)
    {
        using var response = await http.PostAsJsonAsync(new Uri($"http://127.0.0.1:{port}/check"), new { text = "helo your wrld" });
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return await response.Content.ReadFromJsonAsync<string[]>();
    }
}

using System.Text.Json;
using System.Text.Json.Nodes;
using Snakepit.Launcher;
using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Cli;

public sealed class DoctorTests(SharedSilo shared) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("snakepit-doctor-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_sound_silo_has_no_flaw_and_each_pool_is_called()
    {
        object[] pools = [SiloUnderTest.Pool(), SiloUnderTest.Pool("elixir_style.ElixirStyle", name: "other")];

        var (code, findings) = await ExamineAsync(Write(pools));

        Assert.Equal(0, code);
        Assert.DoesNotContain(findings, finding => State(finding) == "Error");
        foreach (var pool in new[] { "default", "other" })
        {
            Assert.Contains("is ready after", Message(findings, "adapter", pool), StringComparison.Ordinal);
            Assert.Contains("a worker answers after", Message(findings, "call", pool), StringComparison.Ordinal);
        }

        Assert.Contains("all workers and the silo need about", Message(findings, "memory"), StringComparison.Ordinal);
        Assert.Contains("are free", Message(findings, "ports"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_flaw_has_what_mends_it_and_the_exit_code_says_so()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "needy.py"), "import absent_library\n");
        var config = Write(
            [
                SiloUnderTest.Pool("nowhere.Adapter"),
                new { Name = "needy", PoolSize = 1, AdapterModule = "needy", PythonPath = new[] { "." } },
            ],
            new
            {
                Provider = "postgres",
                ConnectionString = $"Host=127.0.0.1;Port={FreePorts.Take()};Username=u;Password=hidden-word",
                SiloPort = FreePorts.Take(),
                GatewayPort = FreePorts.Take(),
            });

        var (code, findings) = await ExamineAsync(config, "--urls", $"http://0.0.0.0:{FreePorts.Take()}");

        Assert.Equal(1, code);
        Assert.Contains("PythonPath of pool 'default'", Mend(findings, "adapter", "default"), StringComparison.Ordinal);
        Assert.Contains("-m pip install absent_library", Mend(findings, "adapter", "needy"), StringComparison.Ordinal);
        Assert.Equal($"snakepit db status --config {config}", Mend(findings, "database"));
        Assert.Contains("snakepit key new", Mend(findings, "HTTP access"), StringComparison.Ordinal);
        Assert.DoesNotContain("hidden-word", findings.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mistake_in_the_configuration_is_one_finding()
    {
        var config = Write([SiloUnderTest.Pool(size: 0)]);

        var (code, output, _) = await SnakepitCommand.RunAsync("doctor", "--config", config);

        Assert.Equal(1, code);
        Assert.Contains("Pools:0:PoolSize", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interpreter_that_is_none_is_named()
    {
        var (code, findings) = await ExamineAsync(Write([SiloUnderTest.Pool()]), "--Snakepit:PythonExecutable=/bin/false");

        Assert.Equal(1, code);
        Assert.Contains("/bin/false", Message(findings, "python"), StringComparison.Ordinal);
        Assert.Equal("Correct Snakepit:PythonExecutable: it has to be the path of a Python", Mend(findings, "python"));
        Assert.Equal(Mend(findings, "python"), Mend(findings, "adapter", "default"));
    }

    [Fact]
    public async Task Beside_a_running_silo_its_ports_are_no_flaw()
    {
        var config = Path.Combine(shared.Silo.Folder, "snakepit.json");

        var (code, findings) = await ExamineAsync(config, "--no-workers", "--urls", $"{shared.Silo.Url}");

        Assert.Equal(0, code);
        Assert.Contains($"runs as process {shared.Silo.Pid}", Message(findings, "ports"), StringComparison.Ordinal);
        Assert.DoesNotContain(findings, finding => finding!["check"]!.GetValue<string>() == "adapter");
    }

    private string Write(object[] pools, object? cluster = null)
    {
        var file = Path.Combine(_folder, "snakepit.json");
        File.WriteAllText(file, JsonSerializer.Serialize(new
        {
            Snakepit = new
            {
                DataDir = Path.Combine(_folder, "data"),
                InstanceToken = Path.GetFileName(_folder).ToLowerInvariant(), // a silo of this host may have the default one
                Cluster = cluster ?? new { SiloPort = FreePorts.Take(), GatewayPort = FreePorts.Take() },
                Pools = pools,
            },
        }));
        return file;
    }

    private static async Task<(int Code, JsonArray Findings)> ExamineAsync(string config, params string[] words)
    {
        var urls = words.Contains("--urls") ? Array.Empty<string>() : ["--urls", $"http://127.0.0.1:{FreePorts.Take()}"];
        var (code, output, errors) = await SnakepitCommand.RunAsync(["doctor", "--config", config, "--json", .. urls, .. words]);
        Assert.Equal("", errors);
        return (code, JsonNode.Parse(output)!.AsArray());
    }

    private static string State(JsonNode? finding) => finding!["state"]!.GetValue<string>();

    private static JsonNode Find(JsonArray findings, string check, string? pool) => Assert.Single(
        findings, finding => finding!["check"]!.GetValue<string>() == check && finding["pool"]?.GetValue<string>() == pool)!;

    private static string Message(JsonArray findings, string check, string? pool = null) =>
        Find(findings, check, pool)["message"]!.GetValue<string>();

    private static string Mend(JsonArray findings, string check, string? pool = null) =>
        Find(findings, check, pool)["mend"]!.GetValue<string>();
}

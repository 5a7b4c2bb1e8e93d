using System.Diagnostics;
using System.Text.Json.Nodes;
using Snakepit.Launcher;
using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Cli;

/// <summary><c>snakepit gen adapter</c>. That what it makes is served and answers is what the pages about it say (see Docs).</summary>
public sealed class GenTests : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("snakepit-gen-").FullName;

    public async ValueTask DisposeAsync() => await Places.DeleteAsync(_folder);

    [Fact]
    public async Task A_new_adapter_passes_its_tests_without_a_silo()
    {
        await MakeAsync("demo");

        var (code, output, errors) = await RunAsync(
            Environment.GetEnvironmentVariable("SNAKEPIT_PYTHON") ?? "python3", "-m", "pytest", "-q", "-p", "no:cacheprovider");

        Assert.True(code == 0, output + errors);
        Assert.Contains("5 passed", output, StringComparison.Ordinal);
    }

    /// <summary>A person's day: the code is broken, calls go on, the terminal says what is wrong, and the next change mends it.</summary>
    [Fact]
    public async Task A_silo_for_development_serves_what_was_changed_and_goes_on_with_the_old_code_while_the_new_one_is_broken()
    {
        await MakeAsync("demo");
        var url = $"http://127.0.0.1:{FreePorts.Take()}";
        await using var silo = Develop(url);
        using var http = new HttpClient();
        await silo.WaitUntilReadyAsync(http, new Uri($"{url}/health/ready"), TimeSpan.FromSeconds(60));
        var file = Path.Combine(_folder, "demo", "demo", "adapter.py");
        var before = await File.ReadAllTextAsync(file);

        await File.WriteAllTextAsync(file, $"import a_module_that_is_not_there\n{before}");
        await Eventually.HoldsAsync(() => silo.Output.Contains("No module named 'a_module_that_is_not_there'", StringComparison.Ordinal));
        Assert.Equal("""{"words":2,"characters":7}""", await CallAsync(url, "count", """{"text":"one two"}"""));
        Assert.Matches(@"snakepit dev: demo.adapter\.py changed: [0-9]+ workers of pool 'default' are replaced\.", silo.Output);

        await File.WriteAllTextAsync(file, before.Replace("len(text.split())", "1000", StringComparison.Ordinal));
        await Eventually.SeeAsync(
            () => CallAsync(url, "count", """{"text":"one two"}"""), answer => answer == """{"words":1000,"characters":7}""");
    }

    [Fact]
    public async Task What_was_made_can_be_read_as_json()
    {
        var folder = Path.Combine(_folder, "elsewhere", "here");

        var (code, output, _) = await SnakepitCommand.RunAsync("gen", "adapter", "my_tools", "--folder", $"{folder}/", "--json");

        var made = JsonNode.Parse(output)!;
        Assert.Equal((0, "my_tools", folder), (code, made["name"]!.GetValue<string>(), made["folder"]!.GetValue<string>()));
        Assert.Equal(
            Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file)).Order(),
            made["files"]!.AsArray().Select(file => file!.GetValue<string>()).Order());
        Assert.Contains("my_tools/adapter.py", made["files"]!.AsArray().Select(file => file!.GetValue<string>()));
        Assert.DoesNotContain("newadapter", await File.ReadAllTextAsync(Path.Combine(folder, "README.md")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("my-tools", "Try 'my_tools'.")]
    [InlineData("2fast", "'2fast' is no name for a Python package")]
    [InlineData("../up", "Try 'up'.")]
    [InlineData("class", "is a word of the Python language")]
    [InlineData("json", "is a module of Python's standard library")]
    [InlineData("snakepit_bridge", "is taken by a package that the worker or the tests need")]
    [InlineData("grpc", "is taken by a package that the worker or the tests need")]
    public async Task A_name_that_python_could_not_use_is_one_sentence(string name, string sentence)
    {
        var (code, output, errors) = await SnakepitCommand.RunAsync("gen", "adapter", name, "--folder", Path.Combine(_folder, "x"));

        Assert.Equal((1, ""), (code, output));
        Assert.StartsWith($"snakepit: '{name}' ", errors, StringComparison.Ordinal);
        Assert.Contains(sentence, errors, StringComparison.Ordinal);
        Assert.Single(errors.TrimEnd().Split('\n'));
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public async Task A_folder_that_exists_is_left_alone()
    {
        await MakeAsync("demo");
        var file = Path.Combine(_folder, "demo", "snakepit.json");
        await File.WriteAllTextAsync(file, "mine");

        var (code, _, errors) = await SnakepitCommand.RunAsync("gen", "adapter", "demo", "--folder", Path.Combine(_folder, "demo"));

        Assert.Equal(1, code);
        Assert.Equal($"snakepit: '{_folder}/demo' exists already; choose another name or another --folder.", errors.TrimEnd());
        Assert.Equal("mine", await File.ReadAllTextAsync(file));
    }

    private async Task MakeAsync(string name)
    {
        var (code, output, errors) = await SnakepitCommand.RunAsync("gen", "adapter", name, "--folder", Path.Combine(_folder, name));
        Assert.True(code == 0, errors);
        Assert.Contains("snakepit serve", output, StringComparison.Ordinal);
    }

    /// <summary>As a person does in the new folder, apart from ports and folders that must not meet those of other silos here.</summary>
    private ChildProgram Develop(string url) => ChildProgram.Start(new ProgramStart("the silo", Places.Snakepit,
    [
        "dev", "--urls", url, $"--Snakepit:DataDir={_folder}/data", $"--Snakepit:InstanceToken=gen-{FreePorts.Take()}",
        $"--Snakepit:Cluster:SiloPort={FreePorts.Take()}", $"--Snakepit:Cluster:GatewayPort={FreePorts.Take()}",
    ])
    {
        Folder = Path.Combine(_folder, "demo"),
        Environment = new Dictionary<string, string?>
        {
            ["XDG_RUNTIME_DIR"] = Directory.CreateDirectory(Path.Combine(_folder, "run")).FullName,
        },
    });

    private static async Task<string> CallAsync(string url, string tool, string arguments)
    {
        var (code, output, errors) = await SnakepitCommand.RunAsync("call", tool, "--json", arguments, "--url", url);
        Assert.True(code == 0, errors);
        return output.TrimEnd();
    }

    private async Task<(int Code, string Output, string Errors)> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Path.Combine(_folder, "demo"),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WithinAsync(TimeSpan.FromMinutes(2));
        return (process.ExitCode, await output, await errors);
    }
}

using System.Diagnostics;
using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Lifecycle;

/// <summary>
/// A silo whose pools serve what lies in a folder: <c>code</c> an adapter, <c>library</c> a module of the virtual environment to which a
/// link points.
/// </summary>
public sealed class RolloutSilo : IAsyncLifetime
{
    public const string Old = "old", Code = "code", Library = "library";

    public const int Size = 2;

    private readonly string _folder = Directory.CreateTempSubdirectory("snakepit-rollout-").FullName;

    public SiloUnderTest Silo { get; private set; } = null!;

    private string Link => Path.Combine(_folder, "current");

    public async ValueTask InitializeAsync()
    {
        await WriteCodeAsync(Answers(Old));
        await File.WriteAllTextAsync(Path.Combine(_folder, "client.py"), Adapter("import library", "library.VERSION"));
        await PointToAsync(await EnvironmentAsync(Old));
        Silo = await SiloUnderTest.StartReadyAsync([Pool(Code, "code", null), Pool(Library, "client", $"{Link}/bin/python3")]);
    }

    public async ValueTask DisposeAsync()
    {
        await Silo.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>An adapter whose tool <c>version</c> answers with a text.</summary>
    public static string Answers(string version) => Adapter("", $"\"{version}\"");

    /// <summary>Replaces the adapter of the pool <c>code</c> by a rename, so that no worker reads half a file.</summary>
    public async Task WriteCodeAsync(string text)
    {
        var (file, next) = (Path.Combine(_folder, "code.py"), Path.Combine(_folder, "code.py.next"));
        await File.WriteAllTextAsync(next, text);
        File.Move(next, file, overwrite: true);
    }

    /// <summary>Makes a virtual environment with another version of the module, and returns its folder.</summary>
    public async Task<string> EnvironmentAsync(string version)
    {
        var python = Environment.GetEnvironmentVariable("SNAKEPIT_PYTHON") ?? "/usr/bin/python3";
        var folder = Path.Combine(_folder, $"venv-{version}");
        await RunAsync(python, "-m", "venv", "--without-pip", "--system-site-packages", folder);
        var packages = await RunAsync($"{folder}/bin/python3", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))");
        // The Python of the tests may be of a virtual environment itself, of which this one sees nothing.
        const string Places = """
            import grpc, google.protobuf
            from os.path import dirname
            print(dirname(grpc.__path__[0]), dirname(dirname(google.protobuf.__path__[0])), sep="\n")
            """;
        var others = await RunAsync(python, "-c", Places);
        await File.WriteAllTextAsync(Path.Combine(packages, "others.pth"), $"{others}\n");
        await File.WriteAllTextAsync(Path.Combine(packages, "library.py"), $"VERSION = \"{version}\"\n");
        return folder;
    }

    /// <summary>Lets the link point to another folder, in one step.</summary>
    public async Task PointToAsync(string folder)
    {
        File.CreateSymbolicLink($"{Link}.next", folder);
        await RunAsync("mv", "-T", $"{Link}.next", Link);
    }

    private static string Adapter(string imports, string answer) => $$"""
        import time
        {{imports}}
        from snakepit_bridge import BaseAdapter, tool


        class Rolling(BaseAdapter):
            @tool
            def version(self) -> str:
                time.sleep(0.02)
                return {{answer}}

        """;

    private object Pool(string name, string module, string? python) => new
    {
        Name = name,
        PoolSize = Size,
        AdapterModule = $"{module}.Rolling",
        PythonPath = new[] { _folder },
        PythonExecutable = python,
        RecycleCpuShare = 1,
    };

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WithinAsync(Eventually.Limit);
        Assert.True(process.ExitCode == 0, $"{program}: {await errors}");
        return (await output).Trim();
    }
}

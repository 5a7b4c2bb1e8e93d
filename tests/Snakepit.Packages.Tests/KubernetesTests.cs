using System.Text.Json.Nodes;
using Snakepit.Packages.Tests.Containers;
using Snakepit.TestKit;

namespace Snakepit.Packages.Tests;

/// <summary>What <c>kubectl kustomize</c> makes of <c>deploy/kubernetes</c>.</summary>
public sealed class KubernetesTests : IAsyncLifetime
{
    private readonly string _file = Path.GetTempFileName();
    private JsonArray _objects = null!;

    public async ValueTask InitializeAsync() => _objects = await BuildAsync("deploy/kubernetes");

    public ValueTask DisposeAsync()
    {
        File.Delete(_file);
        return ValueTask.CompletedTask;
    }

    private JsonNode Pod => One("Deployment", "snakepit")["spec"]!["template"]!["spec"]!;

    private JsonNode Silo => Pod["containers"]![0]!;

    [Fact]
    public void A_silo_gets_its_name_its_address_and_its_token_from_its_pod()
    {
        Assert.Equal("metadata.name", Field("Snakepit__Cluster__SiloName"));
        Assert.Equal("status.podIP", Field("Snakepit__Cluster__AdvertisedAddress"));
        Assert.Equal("metadata.uid", Field("SNAKEPIT_INSTANCE_TOKEN"));
    }

    [Fact]
    public void Probes_ask_for_what_they_are_for()
    {
        Assert.Equal("/health/live", $"{Silo["livenessProbe"]!["httpGet"]!["path"]}");
        Assert.Equal("/health/ready", $"{Silo["readinessProbe"]!["httpGet"]!["path"]}");
        Assert.Equal("/health/live", $"{Silo["startupProbe"]!["httpGet"]!["path"]}");
    }

    [Fact]
    public void The_grace_covers_the_drain_and_the_stop_and_the_probe_sees_the_drain_in_time()
    {
        var settings = JsonNode.Parse($"{Map("snakepit-pools")["data"]!["snakepit.json"]}")!["Snakepit"]!;
        var command = Silo["lifecycle"]!["preStop"]!["exec"]!["command"]!.AsArray().Select(word => $"{word}").ToList();
        var probe = Silo["readinessProbe"]!;

        Assert.Equal(["/opt/snakepit/bin/snakepit", "drain", "--stay", "--timeout", "60s"], command);
        var stop = Seconds(command[^1]) + Seconds($"{settings["DrainTimeout"]}") + StopTime.Default.TotalSeconds;
        Assert.True(Pod["terminationGracePeriodSeconds"]!.GetValue<int>() > stop, $"A stop may take {stop} s.");
        var seen = probe["periodSeconds"]!.GetValue<int>() * probe["failureThreshold"]!.GetValue<int>();
        Assert.True(Seconds($"{settings["ShutdownDelay"]}") > seen);
    }

    [Fact]
    public void The_memory_is_the_sum_that_its_comment_explains()
    {
        var settings = JsonNode.Parse($"{Map("snakepit-pools")["data"]!["snakepit.json"]}")!["Snakepit"]!;
        var workers = settings["Pools"]![0]!["PoolSize"]!.GetValue<int>();

        Assert.Equal($"{256 + (workers * 192)}Mi", $"{Silo["resources"]!["requests"]!["memory"]}");
        Assert.Equal($"{512 + ((workers + 1) * 512)}Mi", $"{Silo["resources"]!["limits"]!["memory"]}");
    }

    [Fact]
    public void Nobody_is_root_and_one_silo_at_a_time_is_taken_away()
    {
        Assert.True(Pod["securityContext"]!["runAsNonRoot"]!.GetValue<bool>());
        Assert.All(Pod["containers"]!.AsArray().Concat(Pod["initContainers"]!.AsArray()), container =>
        {
            Assert.True(container!["securityContext"]!["readOnlyRootFilesystem"]!.GetValue<bool>());
            Assert.False(container["securityContext"]!["allowPrivilegeEscalation"]!.GetValue<bool>());
        });
        Assert.Equal(1, One("PodDisruptionBudget", "snakepit")["spec"]!["maxUnavailable"]!.GetValue<int>());
    }

    [Fact]
    public void Services_find_the_silos_by_their_labels_and_ports()
    {
        var labels = One("Deployment", "snakepit")["spec"]!["template"]!["metadata"]!["labels"]!.ToJsonString();
        var ports = Silo["ports"]!.AsArray().Select(port => $"{port!["name"]} {port["containerPort"]}").ToList();

        Assert.Equal(["http 8400", "silo 11111", "gateway 30000"], ports);
        foreach (var name in (string[])["snakepit", "snakepit-silos"])
            Assert.Equal(labels, One("Service", name)["spec"]!["selector"]!.ToJsonString());
        Assert.Equal("None", $"{One("Service", "snakepit-silos")["spec"]!["clusterIP"]}");
    }

    [Fact]
    public async Task The_service_monitor_scrapes_the_exporter_of_the_load()
    {
        _objects = await BuildAsync("deploy/kubernetes/monitoring");

        var monitor = One("ServiceMonitor", "snakepit")["spec"]!;
        var service = One("Service", "snakepit-load");
        Assert.Equal(service["metadata"]!["labels"]!.ToJsonString(), monitor["selector"]!["matchLabels"]!.ToJsonString());
        Assert.Equal($"{service["spec"]!["ports"]![0]!["name"]}", $"{monitor["endpoints"]![0]!["port"]}");
    }

    private async Task<JsonArray> BuildAsync(string folder)
    {
        await File.WriteAllTextAsync(_file, await Shell.RunAsync(Places.Root, "kubectl", "kustomize", folder));
        return await Yaml.ReadAsync(_file);
    }

    private JsonNode One(string kind, string name) =>
        Assert.Single(_objects, item => $"{item!["kind"]}" == kind && $"{item["metadata"]!["name"]}" == name)!;

    /// <summary>Its name has a hash at its end.</summary>
    private JsonNode Map(string name) => Assert.Single(
        _objects,
        item => $"{item!["kind"]}" == "ConfigMap" && $"{item["metadata"]!["name"]}".StartsWith(name, StringComparison.Ordinal))!;

    private string Field(string variable) =>
        $"{Assert.Single(Silo["env"]!.AsArray(), item => $"{item!["name"]}" == variable)!["valueFrom"]!["fieldRef"]!["fieldPath"]}";

    private static int Seconds(string text) =>
        int.Parse(text.TrimEnd('s'), System.Globalization.CultureInfo.InvariantCulture);
}

using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Processes;

public sealed class WorkerEnvironmentTests
{
    private static readonly Dictionary<string, string?> OfTheSilo = new()
    {
        ["MYAPP_MODE"] = "fast",
        ["MYAPP_TOKEN"] = "hidden-1",
        ["DB_PASSWORD"] = "hidden-2",
        ["ConnectionStrings__Orders"] = "hidden-3",
        ["Snakepit__DrainTimeout"] = "2s",
        ["MKL_NUM_THREADS"] = "7",
        ["OMP_NUM_THREADS"] = null,
    };

    [Fact]
    public async Task Workers_inherit_what_the_silo_has_but_no_secrets_and_no_configuration()
    {
        var environment = await StartAsync([SiloUnderTest.Pool(size: 1)]);

        Assert.Equal("fast", environment["MYAPP_MODE"]);
        Assert.DoesNotContain(
            environment,
            pair => pair.Value.Contains("hidden", StringComparison.Ordinal) || pair.Key.StartsWith("Snakepit__", StringComparison.Ordinal));
        Assert.Equal(("1", "7"), (environment["OMP_NUM_THREADS"], environment["MKL_NUM_THREADS"]));
        Assert.Equal(Environment.GetEnvironmentVariable("PATH"), environment["PATH"]);
    }

    [Fact]
    public async Task A_secret_passes_when_it_is_named()
    {
        var environment = await StartAsync([SiloUnderTest.Pool(size: 1)], "InheritEnvironment:0=*", "InheritEnvironment:1=DB_PASSWORD");

        Assert.Equal(("fast", "hidden-2"), (environment["MYAPP_MODE"], environment["DB_PASSWORD"]));
        Assert.DoesNotContain("MYAPP_TOKEN", environment.Keys);
    }

    [Fact]
    public async Task A_pools_list_goes_before_the_silos_and_its_own_variables_always_pass()
    {
        var pool = new
        {
            Name = "default",
            PoolSize = 1,
            AdapterModule = "basic.Basic",
            PythonPath = new[] { Places.Adapters },
            InheritEnvironment = new[] { "MYAPP_TOKEN" },
            AdapterEnv = new { POOL_SECRET = "own" },
        };

        var environment = await StartAsync([pool], "InheritEnvironment=DB_PASSWORD");

        Assert.Equal(("hidden-1", "own"), (environment["MYAPP_TOKEN"], environment["POOL_SECRET"]));
        Assert.DoesNotContain("MYAPP_MODE", environment.Keys);
        Assert.DoesNotContain("DB_PASSWORD", environment.Keys);
        Assert.Contains("SNAKEPIT_INSTANCE_TOKEN", environment.Keys);
    }

    private static async Task<IReadOnlyDictionary<string, string>> StartAsync(object[] pools, params string[] settings)
    {
        await using var silo = SiloUnderTest.Start(pools, settings, OfTheSilo);
        await silo.UntilReadyAsync();
        var worker = (await silo.WorkerPidsAsync()).Single();
        var text = await File.ReadAllTextAsync($"/proc/{worker}/environ");
        return text.Split('\0', StringSplitOptions.RemoveEmptyEntries)
            .Select(entry => entry.Split('=', 2))
            .ToDictionary(pair => pair[0], pair => pair[1]);
    }
}

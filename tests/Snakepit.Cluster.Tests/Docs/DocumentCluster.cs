using Snakepit.Cluster.Tests.Silos;
using Snakepit.TestKit;
using Snakepit.TestKit.Clusters;

namespace Snakepit.Cluster.Tests.Docs;

/// <summary>
/// What the commands of the pages are run against: the silos <c>silo-1</c> and <c>silo-2</c> with one worker each of an adapter that
/// <c>snakepit gen adapter</c> makes, and a third silo for those that take one out.
/// </summary>
public sealed class DocumentCluster(SharedPostgres postgres) : IAsyncLifetime
{
    public const string Leaver = "silo-3";

    private const string Name = "prepared";

    private readonly string _folder = Directory.CreateTempSubdirectory("snakepit-docs-").FullName;

    private ClusterUnderTest _cluster = null!;

    public SiloUnderTest First => _cluster.Silos[0];

    private string Adapter => Path.Combine(_folder, Name);

    public async ValueTask InitializeAsync()
    {
        var (code, _, errors) = await SnakepitCommand.RunAsync("gen", "adapter", Name, "--folder", Adapter);
        Assert.True(code == 0, errors);
        await File.AppendAllTextAsync(Path.Combine(Adapter, Name, "__init__.py"), "print('prepared')\n"); // a line for 'snakepit logs'
        object pool = new { Name = "default", PoolSize = 1, AdapterModule = $"{Name}.adapter.Adapter", PythonPath = new[] { Adapter } };
        _cluster = await ClusterUnderTest.StartAsync(await postgres.ServerAsync(), silos: 0, [pool]);
        try
        {
            Add("silo-1");
            Add("silo-2");
            await _cluster.UntilAllSeeAsync(2);
        }
        catch
        {
            await DisposeAsync(); // xunit does not dispose of a fixture that did not come up
            throw;
        }
    }

    /// <summary>Makes a folder that has an adapter and the configuration of a silo with it.</summary>
    public string MakeFolder()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, $"page-{Guid.NewGuid():N}")).FullName;
        foreach (var file in Directory.GetFiles(Adapter, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(folder, Path.GetRelativePath(Adapter, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        return folder;
    }

    /// <summary>An empty database.</summary>
    public async Task<string> NewDatabaseAsync()
    {
        var server = await postgres.ServerAsync();
        return server.ConnectionString(await server.CreateDatabaseAsync());
    }

    /// <summary>Starts a silo that a page may take out of the cluster.</summary>
    public async Task<SiloUnderTest> AddLeaverAsync()
    {
        var silo = Add(Leaver);
        await _cluster.UntilAllSeeAsync(3);
        return silo;
    }

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        await Places.DeleteAsync(_folder);
    }

    private SiloUnderTest Add(string name) => _cluster.Add($"Cluster:SiloName={name}");
}

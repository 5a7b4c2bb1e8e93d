using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Orphans;

/// <summary>A data folder that several lives of one instance share, and processes that outlive one of them.</summary>
internal sealed class Leftovers : IDisposable
{
    private readonly List<int> _pids = [];

    public string DataDir { get; } = Directory.CreateTempSubdirectory("snakepit-data-").FullName;

    /// <summary>Of this test alone: a silo of the same name that starts beside it sweeps what it finds of dead ones.</summary>
    public string InstanceName { get; } = $"test-{Guid.NewGuid():N}";

    public string[] Identity => [$"DataDir={DataDir}", $"InstanceName={InstanceName}", "InstanceToken=default"];

    public string RecordFolder => Path.Combine(DataDir, InstanceName, "default", "workers");

    public Task<SiloUnderTest> StartAsync(int workers, params string[] settings) =>
        SiloUnderTest.StartReadyAsync([SiloUnderTest.Pool(size: workers)], [.. Identity, .. settings]);

    /// <summary>Runs a silo, kills it together with every guard of its workers, and returns a worker's child that is left.</summary>
    public async Task<int> MakeAsync()
    {
        await using var silo = await StartAsync(1);
        var child = (await silo.CallAsync("start_child", new { apart = true })).Json.GetValue<int>();
        _pids.Add(child);
        var worker = (await silo.WorkerPidsAsync()).Single();
        foreach (var guard in HostProcess.Find($"snakepit-guard of {worker}"))
            HostProcess.Signal(guard, "KILL");
        silo.Kill();
        await silo.ExitAsync();
        await Eventually.HoldsAsync(() => !HostProcess.IsAlive(worker));
        Assert.True(HostProcess.IsAlive(child));
        return child;
    }

    public void Dispose()
    {
        foreach (var pid in _pids.Where(HostProcess.IsAlive))
            HostProcess.Signal(pid, "KILL");
        Directory.Delete(DataDir, recursive: true);
    }
}

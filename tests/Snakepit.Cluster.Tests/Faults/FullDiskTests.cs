using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Faults;

public sealed class FullDiskTests
{
    [Fact]
    public async Task A_start_on_a_full_disk_is_one_clear_error()
    {
        // What is written to /dev/full ends as on a full disk.
        var token = $"full-{Guid.NewGuid():N}";
        await using var silo = SiloUnderTest.Start(
            [SiloUnderTest.Pool()],
            [$"InstanceToken={token}"],
            shell: $"mkdir -p -m 700 \"$0/data/snakepit/{token}\"; chmod 700 \"$0/data/snakepit\"; "
                + $"ln -s /dev/full \"$0/data/snakepit/{token}/owner\"; exec \"$@\"");

        var code = await silo.ExitAsync();

        AssertClear(silo, code, "No space left on device");
    }

    [Fact]
    public async Task A_start_on_a_read_only_disk_is_one_clear_error()
    {
        var settings = Disk.IsReal ? Array.Empty<string>() : ["DataDir=/proc/data"];
        await using var silo = SiloUnderTest.Start([SiloUnderTest.Pool()], settings, shell: Disk.Shell(",ro"));

        var code = await silo.ExitAsync();

        AssertClear(silo, code, Disk.IsReal ? "Read-only file system" : "/proc/data");
    }

    [Fact]
    public async Task A_running_silo_serves_on_when_the_disk_fills_up_and_starts_workers_without_records()
    {
        await using var silo = SiloUnderTest.Start([SiloUnderTest.Pool(size: 2)], shell: Disk.Shell(""));
        await silo.UntilReadyAsync();
        var victim = (await silo.WorkerPidsAsync())[0];

        Disk.Fill(silo);

        Assert.Equal("2", (await silo.CallAsync("add", new { a = 1, b = 1 })).Body);
        HostProcess.Signal(victim, "KILL");
        await silo.SeeAsync(() => silo.WorkerPidsAsync(), pids => pids.Count == 2 && !pids.Contains(victim), "the worker is replaced");
        await silo.UntilReadyAsync();
        await silo.SeeAsync(
            () => Task.FromResult(silo.Output),
            output => output.Contains("could not be written; it serves without one", StringComparison.Ordinal),
            "the missing record is told");
        Assert.Equal("2", (await silo.CallAsync("add", new { a = 1, b = 1 })).Body);
        var workers = await silo.WorkerPidsAsync();
        Assert.Equal(0, await silo.StopAsync());
        Assert.DoesNotContain(workers, HostProcess.IsAlive);
    }

    private static void AssertClear(SiloUnderTest silo, int code, string cause)
    {
        Assert.Equal(2, code);
        Assert.Contains("The data folder '", silo.Output, StringComparison.Ordinal);
        Assert.Contains(cause, silo.Output, StringComparison.Ordinal);
        Assert.Contains("Snakepit:DataDir", silo.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", silo.Output, StringComparison.Ordinal);
    }
}

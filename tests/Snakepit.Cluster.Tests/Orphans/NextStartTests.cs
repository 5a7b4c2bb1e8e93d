using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Orphans;

public sealed class NextStartTests : IDisposable
{
    private readonly Leftovers _left = new();

    public void Dispose() => _left.Dispose();

    [Fact]
    public async Task Every_living_worker_has_a_record_and_a_stopped_silo_leaves_none()
    {
        await using var silo = await _left.StartAsync(2);

        var workers = await silo.WorkerPidsAsync();
        await Eventually.HoldsAsync(() => workers.Order().SequenceEqual(Recorded()));
        await silo.StopAsync();
        Assert.Empty(Directory.EnumerateFiles(_left.RecordFolder));
    }

    [Fact]
    public async Task What_a_killed_silo_has_left_is_gone_when_the_next_one_takes_work()
    {
        var child = await _left.MakeAsync();

        await using var next = await _left.StartAsync(1);

        Assert.False(HostProcess.IsAlive(child));
        await next.SeesAsync($"Killed process {child}");
        var workers = await next.WorkerPidsAsync();
        await Eventually.HoldsAsync(() => workers.SequenceEqual(Recorded()));
    }

    [Fact]
    public async Task Stopped_workers_of_a_killed_silo_are_gone_at_the_next_start()
    {
        IReadOnlyList<int> workers;
        await using (var silo = await _left.StartAsync(2))
        {
            workers = await silo.WorkerPidsAsync();
            foreach (var worker in workers)
                HostProcess.Signal(worker, "STOP");
            silo.Kill();
            await silo.ExitAsync();
        }

        await using var next = await _left.StartAsync(1);

        Assert.DoesNotContain(workers, HostProcess.IsAlive);
    }

    [Fact]
    public async Task Damaged_and_forged_records_do_not_stop_a_start_and_harm_nobody()
    {
        await using (await _left.StartAsync(1))
        {
            // it makes the folders
        }

        var damaged = Path.Combine(_left.RecordFolder, "run-501.json");
        await File.WriteAllTextAsync(damaged, """{ "RunId": "ru""");
        var me = Environment.ProcessId;
        var bootId = (await File.ReadAllTextAsync("/proc/sys/kernel/random/boot_id")).Trim();
        var pidNamespace = new FileInfo("/proc/self/ns/pid").LinkTarget;
        await File.WriteAllTextAsync(Path.Combine(_left.RecordFolder, $"run-{me}.json"), $$"""
            {
              "RunId": "run", "Worker": "w", "Pid": {{me}}, "Started": 1, "Group": {{me}}, "SiloPid": 2, "SiloStarted": 1,
              "BootId": "{{bootId}}", "PidNamespace": "{{pidNamespace}}"
            }
            """);

        await using var silo = await _left.StartAsync(1);

        await silo.SeesAsync($"Skipped {damaged}");
        await silo.SeesAsync($"Forgot process {me}");
    }

    [Theory]
    [InlineData("RogueCleanup=false")]
    [InlineData("RogueCleanup:Enabled=false")]
    public async Task A_start_that_is_told_not_to_look_leaves_everything_as_it_is(string setting)
    {
        var child = await _left.MakeAsync();

        await using var next = await _left.StartAsync(1, setting);

        Assert.True(HostProcess.IsAlive(child));
        await next.SeesAsync("RogueCleanup.Enabled is false");
    }

    [Theory]
    [InlineData("RogueCleanup=false", "RogueCleanup:Enabled=true", false)]
    [InlineData("RogueCleanup=true", "RogueCleanup:Enabled=false", true)]
    [InlineData("RogueCleanup:Enabled=true", "RogueCleanup=false", true)]
    public async Task Of_the_two_forms_that_tell_it_the_later_source_counts(string variable, string argument, bool off)
    {
        var (key, value) = (variable.Split('=')[0], variable.Split('=')[1]);
        var name = $"Snakepit__{key.Replace(":", "__", StringComparison.Ordinal)}";
        await using var silo = SiloUnderTest.Start(
            [SiloUnderTest.Pool(size: 1)], [argument], new Dictionary<string, string?> { [name] = value });

        await silo.UntilReadyAsync();

        if (off)
            await silo.SeesAsync("RogueCleanup.Enabled is false");
        else
            Assert.DoesNotContain("RogueCleanup.Enabled is false", silo.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lives_of_one_token_never_touch_the_workers_of_another()
    {
        await using var bystander = await _left.StartAsync(2, "InstanceToken=bystander");
        var workers = await bystander.WorkerPidsAsync();
        for (var life = 0; life < 20; life++)
        {
            await using var other = await _left.StartAsync(1, "InstanceToken=other");
            other.Kill();
            await other.ExitAsync();
        }

        Assert.All(workers, worker => Assert.True(HostProcess.IsAlive(worker)));
        Assert.Equal(workers, await bystander.WorkerPidsAsync());
    }

    [Fact]
    public async Task A_data_folder_that_cannot_be_written_is_one_clear_error()
    {
        await using var silo = SiloUnderTest.Start([SiloUnderTest.Pool()], ["DataDir=/sys/snakepit"]);

        Assert.Equal(2, await silo.ExitAsync());
        Assert.Contains("The data folder '/sys/snakepit' cannot be used", silo.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", silo.Output, StringComparison.Ordinal);
    }

    /// <summary>The processes that have a record.</summary>
    private IEnumerable<int> Recorded() => Directory.EnumerateFiles(_left.RecordFolder).Select(PidOf).Order();

    private static int PidOf(string record) =>
        int.Parse(Path.GetFileNameWithoutExtension(record).Split('-')[1], System.Globalization.CultureInfo.InvariantCulture);
}

using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Snakepit.Core.Orphans;
using Snakepit.Identity;
using Snakepit.TestKit;
using Snakepit.Workers.Orphans;
using Snakepit.Workers.Processes;

namespace Snakepit.Workers.Tests.Orphans;

/// <summary>Real processes that stand for workers; each test has an instance of its own.</summary>
public sealed class ReaperTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(100);

    /// <summary>A number that no process has: beyond the highest one.</summary>
    private static readonly ProcessId DeadSilo = new(int.MaxValue, 1);

    private readonly string _data = Directory.CreateTempSubdirectory("snakepit-data-").FullName;
    private readonly RunIdentity _run = new($"test-{Guid.NewGuid():N}", "token", "now");
    private readonly InstanceLock _lock;
    private readonly RecordStore _store;
    private readonly List<Process> _started = [];

    public ReaperTests()
    {
        _lock = InstanceLock.Take(_data, _run);
        _store = new RecordStore(_lock.RecordFolder, NullLogger.Instance);
    }

    public void Dispose()
    {
        foreach (var process in _started)
        {
            Posix.TrySignalGroup(process.Id, Posix.SigKill);
            process.WaitForExit();
            process.Dispose();
        }

        _lock.Dispose();
        Directory.Delete(_data, recursive: true);
    }

    [Fact]
    public async Task A_recorded_worker_is_killed_with_its_group_and_its_record_goes()
    {
        var group = await GroupAsync("sleep 1000 & sleep 1000 & wait", members: 3);
        _store.Write(RecordOf(group[0]));

        var report = await ReapAsync(Long);

        Assert.Equal(group.Order(), report.Killed.Select(process => process.Pid).Order());
        Assert.DoesNotContain(group, HostProcess.IsAlive);
        Assert.Empty(report.Remaining);
        Assert.Empty(_store.ReadAll());
    }

    [Fact]
    public async Task A_forged_record_with_the_number_of_an_innocent_process_harms_nobody()
    {
        var innocent = await GroupAsync("sleep 1000 & wait", members: 2);
        var record = RecordOf(innocent[0]);
        _store.Write(record with { Started = record.Started - 1 });

        var report = await ReapAsync(Short);

        Assert.All(innocent, pid => Assert.True(HostProcess.IsAlive(pid)));
        Assert.Equal(innocent[0], Assert.Single(report.Forgotten).Pid);
        Assert.Empty(_store.ReadAll());
    }

    [Fact]
    public async Task A_forged_record_of_this_very_process_is_kept()
    {
        _store.Write(RecordOf(Environment.ProcessId));

        Assert.Equal(Environment.ProcessId, Assert.Single((await ReapAsync(Short)).Kept).Pid);
    }

    [Fact]
    public async Task A_record_whose_silo_lives_protects_its_worker()
    {
        var worker = (await GroupAsync("exec sleep 1000", members: 1)).Single();
        var silo = ProcFs.Identify(Environment.ProcessId)!.Value;
        _store.Write(RecordOf(worker) with { SiloPid = silo.Pid, SiloStarted = silo.Started });

        var report = await ReapAsync(Short);

        Assert.Equal(worker, Assert.Single(report.Kept).Pid);
        Assert.True(HostProcess.IsAlive(worker));
    }

    [Fact]
    public async Task A_worker_that_does_not_hear_is_killed_after_the_grace_time()
    {
        var group = await GroupAsync("trap '' TERM; sleep 1000 & wait", members: 2);
        _store.Write(RecordOf(group[0]));

        var report = await ReapAsync(Short);

        Assert.Equal(2, report.Killed.Count);
        Assert.DoesNotContain(group, HostProcess.IsAlive);
    }

    [Fact]
    public async Task A_stopped_worker_does_not_make_the_start_wait_for_its_grace_time()
    {
        var worker = (await GroupAsync("exec sleep 1000", members: 1)).Single();
        HostProcess.Signal(worker, "STOP");
        _store.Write(RecordOf(worker));

        var report = await ReapAsync(Long);

        Assert.Equal(worker, Assert.Single(report.Killed).Pid);
    }

    [Fact]
    public async Task Many_stubborn_workers_are_killed_side_by_side()
    {
        var grace = TimeSpan.FromSeconds(2);
        foreach (var _ in Enumerable.Range(0, 8))
            _store.Write(RecordOf((await GroupAsync("trap '' TERM; sleep 1000 & wait", members: 2))[0]));
        var clock = Stopwatch.StartNew();

        var report = await ReapAsync(grace);

        Assert.Equal(16, report.Killed.Count);
        Assert.InRange(clock.Elapsed, grace, grace * 6); // one after the other they would need eight
    }

    [Fact]
    public async Task Children_of_a_worker_that_is_gone_are_found_by_their_marks()
    {
        var left = (await GroupAsync("sleep 1000 & exit", members: 1, Marks())).Single();

        var report = await ReapAsync(Long);

        Assert.Equal(left, Assert.Single(report.Killed).Pid);
        Assert.False(HostProcess.IsAlive(left));
    }

    [Theory]
    [InlineData("SNAKEPIT_INSTANCE_NAME", "another")]
    [InlineData("SNAKEPIT_INSTANCE_TOKEN", "another")]
    [InlineData("SNAKEPIT_RUN_ID", "now")]
    [InlineData("SNAKEPIT_RUN_ID", null)]
    [InlineData("SNAKEPIT_SILO_PID", null)]
    public async Task A_process_with_other_marks_is_left_alone(string variable, string? value)
    {
        var marks = Marks();
        marks[variable] = value;
        var other = (await GroupAsync("exec sleep 1000", members: 1, marks)).Single();

        var report = await ReapAsync(Short);

        Assert.Empty(report.Killed);
        Assert.True(HostProcess.IsAlive(other));
    }

    [Fact]
    public async Task A_process_of_a_living_silo_of_the_same_name_is_left_alone_even_with_another_data_folder()
    {
        var marks = Marks();
        InstanceMarks.Write(marks, _run with { RunId = "other" }, new WorkerId(new SlotId(new ShardId("pool", "silo"), 0), 1));
        var other = (await GroupAsync("exec sleep 1000", members: 1, marks)).Single();

        var report = await ReapAsync(Short);

        Assert.Empty(report.Killed);
        Assert.True(HostProcess.IsAlive(other));
    }

    private Task<ReapReport> ReapAsync(TimeSpan grace) =>
        new Reaper(NullLogger<Reaper>.Instance).ReapAsync(_lock, _run, grace, CancellationToken.None).WithinAsync(Eventually.Limit);

    private Dictionary<string, string?> Marks() => new()
    {
        ["SNAKEPIT_INSTANCE_NAME"] = _run.InstanceName,
        ["SNAKEPIT_INSTANCE_TOKEN"] = _run.InstanceToken,
        ["SNAKEPIT_RUN_ID"] = "old",
        ["SNAKEPIT_SILO_PID"] = DeadSilo.Pid.ToString(CultureInfo.InvariantCulture),
        ["SNAKEPIT_SILO_STARTED"] = DeadSilo.Started.ToString(CultureInfo.InvariantCulture),
    };

    private static WorkerRecord RecordOf(int pid)
    {
        var host = ProcFs.Host()!;
        return new WorkerRecord
        {
            RunId = "old",
            Worker = "default@silo#0.1",
            Pid = pid,
            Started = ProcFs.Identify(pid)!.Value.Started,
            Group = pid,
            SiloPid = DeadSilo.Pid,
            SiloStarted = DeadSilo.Started,
            BootId = host.BootId,
            PidNamespace = host.PidNamespace,
        };
    }

    /// <summary>A shell that leads a group of its own; the leader comes first.</summary>
    private async Task<IReadOnlyList<int>> GroupAsync(string script, int members, IReadOnlyDictionary<string, string?>? environment = null)
    {
        var start = new ProcessStartInfo("setsid", ["sh", "-c", script]);
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
            start.Environment[name] = value;
        var process = Process.Start(start)!;
        _started.Add(process);
        var host = ProcFs.Host()!;
        return await Eventually.SeeAsync(
            () => Task.FromResult<IReadOnlyList<int>>([.. ProcFs.ReadTable(host).Group(process.Id).Select(member => member.Pid).Order()]),
            pids => pids.Count == members && pids.Count(pid => Command(pid) == "sleep") >= members - 1 + (members == 1 ? 1 : 0));
    }

    private static string Command(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/comm").Trim();
        }
        catch (IOException)
        {
            return "";
        }
    }
}

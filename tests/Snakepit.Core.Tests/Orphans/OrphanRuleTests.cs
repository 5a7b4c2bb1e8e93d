using Snakepit.Core.Orphans;

namespace Snakepit.Core.Tests.Orphans;

public sealed class OrphanRuleTests
{
    private const uint User = 1000;

    private static readonly ProcessId DeadSilo = new(400, 4_000);

    private static readonly WorkerRecord Record = new()
    {
        RunId = "old",
        Worker = "default@silo#0.1",
        Pid = 500,
        Started = 5_000,
        Group = 500,
        SiloPid = DeadSilo.Pid,
        SiloStarted = DeadSilo.Started,
        BootId = "boot",
        PidNamespace = "pid:[1]",
    };

    private readonly List<ProcessFacts> _processes = [
        Process(1, 1, parent: 0), Process(200, 2_000, parent: 1), Process(300, 3_000, parent: 200)
    ];

    [Fact]
    public void A_worker_of_a_dead_run_is_killed_with_its_group()
    {
        _processes.AddRange([Process(500, 5_000), Process(501, 5_100, group: 500), Process(600, 6_000)]);

        var verdict = Judge(Record);

        Assert.Equal(OrphanAction.Kill, verdict.Action);
        Assert.Equal([500, 501], verdict.Targets.Select(target => target.Pid).Order());
    }

    [Fact]
    public void A_process_that_started_at_another_time_is_somebody_else()
    {
        _processes.AddRange([Process(500, 5_001), Process(501, 5_100, group: 500)]);

        AssertVerdict(OrphanAction.Forget, "its number belongs to another process now", Judge(Record));
    }

    [Fact]
    public void A_worker_that_is_gone_is_forgotten() => AssertVerdict(OrphanAction.Forget, "it is gone", Judge(Record));

    [Fact]
    public void A_record_from_before_the_last_restart_of_the_host_names_nobody()
    {
        _processes.Add(Process(500, 5_000));

        AssertVerdict(OrphanAction.Forget, "the host was restarted since", Judge(Record with { BootId = "before" }));
    }

    [Fact]
    public void A_record_of_another_container_names_nobody_here()
    {
        _processes.Add(Process(500, 5_000));

        Assert.Equal(OrphanAction.Forget, Judge(Record with { PidNamespace = "pid:[2]" }).Action);
    }

    [Fact]
    public void A_worker_whose_run_holds_its_lock_is_kept()
    {
        _processes.Add(Process(500, 5_000));

        Assert.Equal(OrphanAction.Keep, Rule().Judge(Record, lockFree: false).Action);
    }

    [Fact]
    public void A_worker_whose_silo_lives_is_kept_whatever_the_lock_says()
    {
        _processes.AddRange([Process(500, 5_000, parent: 400), Process(DeadSilo.Pid, DeadSilo.Started)]);

        AssertVerdict(OrphanAction.Keep, "its silo, process 400, lives", Judge(Record));
    }

    [Fact]
    public void A_silo_whose_number_went_to_another_process_is_dead()
    {
        _processes.AddRange([Process(500, 5_000), Process(DeadSilo.Pid, DeadSilo.Started + 1)]);

        Assert.Equal(OrphanAction.Kill, Judge(Record).Action);
    }

    [Fact]
    public void A_worker_of_our_own_run_is_kept()
    {
        _processes.Add(Process(500, 5_000));

        Assert.Equal(OrphanAction.Keep, Judge(Record with { RunId = "now" }).Action);
    }

    [Fact]
    public void A_worker_that_had_not_left_the_silos_group_is_killed_without_that_group()
    {
        _processes.AddRange([Process(500, 5_000, group: 200), Process(201, 2_100, group: 200)]);

        Assert.Equal([500], Judge(Record).Targets.Select(target => target.Pid));
    }

    [Theory]
    [InlineData(300, 3_000)]
    [InlineData(200, 2_000)]
    public void A_forged_record_of_ourselves_or_of_who_started_us_harms_nobody(int pid, long started) =>
        AssertVerdict(
            OrphanAction.Keep,
            "it is this process or one that started it",
            Judge(Record with { Pid = pid, Started = started, Group = pid }));

    [Fact]
    public void A_process_of_another_user_is_kept()
    {
        _processes.Add(Process(500, 5_000) with { User = User + 1 });

        AssertVerdict(OrphanAction.Keep, "it belongs to another user", Judge(Record));
    }

    [Fact]
    public void A_member_of_the_group_that_belongs_to_another_user_is_not_killed_with_it()
    {
        _processes.AddRange([Process(500, 5_000), Process(501, 5_100, group: 500) with { User = User + 1 }]);

        Assert.Equal([500], Judge(Record).Targets.Select(target => target.Pid));
    }

    [Fact]
    public void A_group_without_its_leader_is_killed_when_one_member_carries_the_marks()
    {
        _processes.AddRange([Process(501, 5_100, group: 500) with { Marks = Marks() }, Process(502, 5_200, group: 500)]);

        Assert.Equal([501, 502], Judge(Record).Targets.Select(target => target.Pid).Order());
    }

    [Fact]
    public void A_group_without_its_leader_and_without_marks_may_be_anybodys()
    {
        _processes.Add(Process(502, 5_200, group: 500));

        Assert.Equal(OrphanAction.Forget, Judge(Record).Action);
    }

    [Fact]
    public void A_stray_with_the_marks_of_a_dead_run_is_killed()
    {
        _processes.Add(Process(700, 7_000) with { Marks = Marks() });

        var verdict = Assert.Single(Rule().Strays());

        Assert.Equal((OrphanAction.Kill, 700), (verdict.Action, verdict.Targets.Single().Pid));
    }

    public static TheoryData<string, Marks> MarksOfOthers => new()
    {
        { "another instance", Marks() with { InstanceName = "other" } },
        { "another token", Marks() with { InstanceToken = "other" } },
        { "our own run", Marks() with { RunId = "now" } },
        { "another container", Marks() with { PidNamespace = "pid:[2]" } },
        { "a silo that lives", Marks() with { Silo = new ProcessId(200, 2_000) } },
    };

    [Theory]
    [MemberData(nameof(MarksOfOthers))]
    public void A_process_with_the_marks_of_others_is_no_stray(string whose, Marks marks)
    {
        _processes.Add(Process(700, 7_000) with { Marks = marks });

        Assert.True(!Rule().Strays().Any(), $"A process of {whose} would be touched.");
    }

    [Fact]
    public void A_stray_that_started_us_is_kept_and_told()
    {
        _processes.RemoveAll(process => process.Pid == 200);
        _processes.Add(Process(200, 2_000, parent: 1) with { Marks = Marks() });

        Assert.Equal(OrphanAction.Keep, Assert.Single(Rule().Strays()).Action);
    }

    [Fact]
    public void Numbers_used_again_ten_thousand_times_never_hit_a_stranger()
    {
        var random = new Random(7);
        for (var round = 0; round < 10_000; round++)
        {
            _processes.RemoveAll(process => process.Pid >= 500);
            _processes.AddRange(
                Enumerable.Range(500, 20).Select(pid => Process(pid, 5_001 + random.Next(1_000), group: 500 + random.Next(20))));

            Assert.Empty(Judge(Record with { Pid = 500 + random.Next(20), Group = 500 + random.Next(20) }).Targets);
            Assert.Empty(Rule().Strays());
        }
    }

    private static ProcessFacts Process(int pid, long started, int parent = 1, int? group = null) =>
        new() { Id = new ProcessId(pid, started), Parent = parent, Group = group ?? pid, User = User };

    private static Marks Marks() => new("name", "token", "old", DeadSilo, "pid:[1]");

    private static void AssertVerdict(OrphanAction action, string reason, OrphanVerdict verdict)
    {
        Assert.Equal((action, reason), (verdict.Action, verdict.Reason));
        Assert.Empty(verdict.Targets);
    }

    private OrphanRule Rule() => new(
        new ProcessTable(
            new HostFacts { BootId = "boot", PidNamespace = "pid:[1]", Self = 300, User = User }, _processes), "name", "token", "now");

    private OrphanVerdict Judge(WorkerRecord record) => Rule().Judge(record, lockFree: true);
}

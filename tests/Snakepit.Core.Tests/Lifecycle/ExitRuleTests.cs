using Snakepit.Core.Lifecycle;
using Snakepit.Supervision;

namespace Snakepit.Core.Tests.Lifecycle;

public sealed class ExitRuleTests
{
    [Theory]
    [InlineData(0, WorkerExitKind.CleanExit)]
    [InlineData(1, WorkerExitKind.ErrorExit)]
    [InlineData(3, WorkerExitKind.ErrorExit)]
    [InlineData(134, WorkerExitKind.Abort)]
    [InlineData(135, WorkerExitKind.Segfault)]
    [InlineData(139, WorkerExitKind.Segfault)]
    [InlineData(137, WorkerExitKind.Killed)]
    [InlineData(143, WorkerExitKind.Signal)]
    [InlineData(129, WorkerExitKind.Signal)]
    [InlineData(255, WorkerExitKind.ErrorExit)]
    public void An_exit_code_says_what_happened(int code, WorkerExitKind expected) =>
        Assert.Equal(expected, ExitRule.Classify(new ExitFacts { Code = code }));

    [Fact]
    public void A_kill_after_memory_ran_out_was_the_kernels() =>
        Assert.Equal(WorkerExitKind.OutOfMemory, ExitRule.Classify(new ExitFacts { Code = 137, MemoryRanOut = true }));

    [Fact]
    public void Code_one_with_a_traceback_is_an_exception_that_nobody_caught() =>
        Assert.Equal(WorkerExitKind.Unhandled, ExitRule.Classify(new ExitFacts { Code = 1, Traceback = true }));

    [Fact]
    public void What_we_did_ourselves_comes_first()
    {
        Assert.Equal(
            WorkerExitKind.KilledBySilo, ExitRule.Classify(new ExitFacts { Code = 137, KillReason = "it hung", MemoryRanOut = true }));
        Assert.Equal(WorkerExitKind.Requested, ExitRule.Classify(new ExitFacts { Code = 143, StopReason = "the silo stops" }));
    }

    [Theory]
    [InlineData(0, "asked to leave: the silo stops")]
    [InlineData(143, "asked to leave: the silo stops")]
    [InlineData(139, "a crash in C code")]
    [InlineData(137, "the kernel killed it for lack of memory")]
    public void A_worker_that_was_asked_to_leave_says_why_unless_something_else_ended_it(int code, string expected) =>
        Assert.Equal(expected, ExitRule.Explain(new ExitFacts { Code = code, StopReason = "the silo stops", MemoryRanOut = true }));

    [Theory]
    [InlineData(139, WorkerExitKind.Segfault, "a crash in C code")]
    [InlineData(135, WorkerExitKind.Segfault, "a crash in C code")]
    [InlineData(134, WorkerExitKind.Abort, "C code gave up")]
    public void A_kill_that_came_to_a_dying_worker_does_not_hide_its_crash(int code, WorkerExitKind kind, string why)
    {
        var facts = new ExitFacts { Code = code, KillReason = "its link to the silo broke" };

        Assert.Equal((kind, why), (ExitRule.Classify(facts), ExitRule.Explain(facts)));
    }

    [Theory]
    [InlineData(0, "it left although nobody had asked it to")]
    [InlineData(143, null)]
    [InlineData(3, null)]
    public void Without_being_asked_the_kind_of_end_says_it(int code, string? expected) =>
        Assert.Equal(expected, ExitRule.Explain(new ExitFacts { Code = code }));

    [Fact]
    public void The_reason_of_a_kill_is_the_reason() =>
        Assert.Equal(
            "because it hung", ExitRule.Explain(new ExitFacts { Code = 137, KillReason = "it hung", StopReason = "the silo stops" }));

    [Fact]
    public void Only_what_came_from_the_worker_or_from_outside_is_a_crash()
    {
        WorkerExitKind[] ours = [WorkerExitKind.Requested, WorkerExitKind.KilledBySilo];

        Assert.All(Enum.GetValues<WorkerExitKind>(), kind => Assert.Equal(!ours.Contains(kind), ExitRule.IsCrash(kind)));
    }

    [Theory]
    [InlineData(137, 9)]
    [InlineData(0, null)]
    [InlineData(128, null)]
    [InlineData(255, null)]
    public void The_signal_is_in_the_code(int code, int? signal) => Assert.Equal(signal, ExitRule.Signal(code));
}

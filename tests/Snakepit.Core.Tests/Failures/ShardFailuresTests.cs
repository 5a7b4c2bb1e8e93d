using Snakepit.Core.Failures;
using Snakepit.Core.Options;
using Snakepit.Core.Ports;
using Snakepit.Core.Scheduling;
using Snakepit.Core.Timeouts;
using Snakepit.Errors;
using Snakepit.Execution;
using Snakepit.Identity;
using Snakepit.Supervision;
using Snakepit.Telemetry;

namespace Snakepit.Core.Tests.Failures;

public sealed class ShardFailuresTests
{
    private static readonly TimeSpan Now = TimeSpan.FromHours(1);
    private static readonly PoolOptions Pool = new() { Name = "gpu", PoolSize = 3 };

    private readonly ShardFailures _failures = new(
        new ShardId("gpu", "a"), new SnakepitOptions().Plan(Pool), TimeSpan.FromSeconds(3));

    private readonly PoolScheduler _scheduler = new(new SchedulerSpec { Size = 3, QueueLimit = 64 }, () => 0.5);

    [Fact]
    public void A_full_queue_is_told_with_its_number_and_its_knobs()
    {
        var failure = _failures.Rejected(RejectReason.QueueFull, Call(), _scheduler, Now);

        Assert.Equal(
            "Pool 'gpu' on silo 'a' is full: 0 calls waiting, MaxQueueSize is 64. Raise it or add workers "
            + "(it keeps 3: PoolSize, 'snakepit scale').", failure.Message);
        Assert.Equal((SnakepitErrorCode.QueueFull, Outcome.NotStarted, CallStage.Queue), (failure.Code, failure.Outcome, failure.Stage));
        Assert.Equal(("0", "64"), (failure.Details["depth"], failure.Details["limit"]));
    }

    [Theory]
    [InlineData(RejectReason.PoolNotReady, SnakepitErrorCode.PoolNotReady)]
    [InlineData(RejectReason.PoolFailed, SnakepitErrorCode.PoolFailed)]
    [InlineData(RejectReason.PoolTripped, SnakepitErrorCode.PoolTripped)]
    [InlineData(RejectReason.PoolDraining, SnakepitErrorCode.PoolDraining)]
    [InlineData(RejectReason.DeadlinePassed, SnakepitErrorCode.DeadlineExceeded)]
    [InlineData(RejectReason.NoRoom, SnakepitErrorCode.ShardBusy)]
    public void Every_rejection_has_its_code_and_names_the_pool(RejectReason reason, SnakepitErrorCode code)
    {
        var failure = _failures.Rejected(reason, Call(), _scheduler, Now);

        Assert.Equal((code, Outcome.NotStarted), (failure.Code, failure.Outcome));
        Assert.Contains("ool 'gpu' on silo 'a'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_rejection_is_an_error_of_the_program()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => _failures.Rejected(RejectReason.None, Call(), _scheduler, Now));
    }

    [Theory]
    [InlineData(false, "call", "PoolQueueTimeout is 10s")]
    [InlineData(true, "stream", "CheckoutTimeout is 10s")]
    public void A_wait_that_was_too_long_names_the_limit_of_its_kind(bool isStream, string what, string knob)
    {
        var failure = _failures.Expired(Call() with { IsStream = isStream }, RejectReason.None, _scheduler, Now);

        Assert.Equal(SnakepitErrorCode.QueueTimeout, failure.Code);
        Assert.StartsWith($"The {what} to 'tool' waited", failure.Message, StringComparison.Ordinal);
        Assert.Contains(" 3 workers, none of which is ready. ", failure.Message, StringComparison.Ordinal);
        Assert.Contains(knob, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_overdue_call_keeps_what_its_worker_could_say()
    {
        var python = new PythonError("Timeout", "late", "trace");
        var said = new Failure { Code = SnakepitErrorCode.Cancelled, Message = "", Outcome = Outcome.MaybeRan, Python = python };

        var reply = _failures.Overdue(ToolReply.Failed(said), Call(), Now);

        Assert.Equal((SnakepitErrorCode.ExecutionTimeout, python), (reply.Failure!.Code, reply.Failure.Python));
    }

    [Fact]
    public void A_request_for_another_run_or_of_too_many_bytes_is_refused()
    {
        var own = new Incarnation("10.0.0.1:1", 2);

        Assert.Null(_failures.Refusal(Request(), own, maxRequestBytes: 2));
        Assert.Equal(SnakepitErrorCode.RequestTooLarge, _failures.Refusal(Request(), own, maxRequestBytes: 1)!.Code);
        Assert.Equal(
            SnakepitErrorCode.SiloUnreachable,
            _failures.Refusal(Request() with { Incarnation = own with { Generation = 1 } }, own, maxRequestBytes: 2)!.Code);
    }

    [Fact]
    public void A_lost_call_is_told_how_its_worker_ended()
    {
        var lost = new Failure { Code = SnakepitErrorCode.WorkerExited, Message = "Gone.", Outcome = Outcome.MaybeRan };

        var killed = _failures.WithExit(lost, new WorkerExit(137, 9, false, "killed") { Kind = WorkerExitKind.Killed }, collateral: true);
        var asked = _failures.WithExit(lost, new WorkerExit(0, null, true, "asked"), collateral: false);

        Assert.Equal(("Killed", "137", "9"), (killed.Details["exit"], killed.Details["exit_code"], killed.Details["signal"]));
        Assert.Equal("Gone.", killed.Message);
        Assert.DoesNotContain("reason", killed.Details.Keys);
        Assert.Equal("Gone. When a silo stops, running calls may go on for 3s (DrainTimeout).", asked.Message);
    }

    [Fact]
    public void A_call_that_was_lost_for_another_ones_sake_is_told_so()
    {
        var lost = new Failure { Code = SnakepitErrorCode.WorkerExited, Message = "Gone.", Outcome = Outcome.MaybeRan };

        var exit = new WorkerExit(137, 9, false, "killed") { Kind = WorkerExitKind.KilledBySilo };

        var told = _failures.WithExit(lost, exit, collateral: true);

        Assert.Equal(("collateral", Outcome.MaybeRan), (told.Details["reason"], told.Outcome));
        Assert.Equal("Gone. This call ran beside that one; an idempotent call is tried again.", told.Message);
    }

    private static CallFacts Call() => new(Request(), new Ticket(), IsStream: false);

    private static ToolRequest Request() =>
        new() { Tool = "tool", Arguments = "{}"u8.ToArray(), Budget = TimeSpan.FromSeconds(60) };
}

using Snakepit.Client.Routing;
using Snakepit.Errors;
using Snakepit.Pools;

namespace Snakepit.Client.Tests.Routing;

public sealed class RetryRuleTests
{
    private static readonly RetryPolicy Policy = new(CrashRetry.Idempotent, MaxRetries: 1, TimeSpan.FromMilliseconds(100));

    [Theory]
    [InlineData(SnakepitErrorCode.WorkerExited)]
    [InlineData(SnakepitErrorCode.WorkerRefused)]
    [InlineData(SnakepitErrorCode.SiloUnreachable)]
    public void What_surely_did_not_run_is_repeated(SnakepitErrorCode code) =>
        Assert.True(Allows(Failed(code, Outcome.NotStarted), RetryPolicy.None));

    [Theory]
    [InlineData(SnakepitErrorCode.WorkerExited)]
    [InlineData(SnakepitErrorCode.SiloUnreachable)]
    [InlineData(SnakepitErrorCode.StreamLost)]
    public void What_may_have_run_is_repeated_only_when_declared_harmless(SnakepitErrorCode code)
    {
        Assert.False(Allows(Failed(code, Outcome.MaybeRan), Policy, elsewhere: true));
        Assert.True(Allows(Failed(code, Outcome.MaybeRan), Policy, idempotent: true));
    }

    [Fact]
    public void A_pool_that_always_repeats_does_not_ask_whether_it_is_harmless()
    {
        var crash = Failed(SnakepitErrorCode.WorkerExited, Outcome.MaybeRan);

        Assert.True(Allows(crash, Policy with { Retry = CrashRetry.Always }));
        Assert.False(Allows(crash, Policy with { Retry = CrashRetry.Never }, idempotent: true));
    }

    [Fact]
    public void Crashes_are_repeated_as_often_as_the_pool_allows()
    {
        var crash = Failed(SnakepitErrorCode.WorkerExited, Outcome.MaybeRan);

        Assert.True(Allows(crash, Policy with { MaxRetries = 2 }, idempotent: true, crashes: 2));
        Assert.False(Allows(crash, Policy with { MaxRetries = 2 }, idempotent: true, crashes: 3));
        Assert.False(Allows(crash, Policy with { MaxRetries = 0 }, idempotent: true));
    }

    [Fact]
    public void The_pause_doubles_with_every_crash_and_is_for_crashes_only()
    {
        Assert.Equal(TimeSpan.Zero, RetryRule.Pause(Policy, crashes: 0));
        Assert.Equal(TimeSpan.FromMilliseconds(100), RetryRule.Pause(Policy, crashes: 1));
        Assert.Equal(TimeSpan.FromMilliseconds(400), RetryRule.Pause(Policy, crashes: 3));
    }

    [Theory]
    [InlineData(SnakepitErrorCode.WorkerExited, "s", false)]
    [InlineData(SnakepitErrorCode.WorkerExited, null, true)]
    [InlineData(SnakepitErrorCode.QueueFull, "s", true)]
    [InlineData(SnakepitErrorCode.SiloUnreachable, "s", true)]
    public void A_session_stays_with_its_shard_when_one_of_the_workers_dies(SnakepitErrorCode code, string? session, bool avoids) =>
        Assert.Equal(avoids, RetryRule.AvoidsShard(new Failure { Code = code, Message = "", Outcome = Outcome.NotStarted }, session));

    [Theory]
    [InlineData(SnakepitErrorCode.QueueFull)]
    [InlineData(SnakepitErrorCode.PoolDraining)]
    [InlineData(SnakepitErrorCode.PoolNotReady)]
    [InlineData(SnakepitErrorCode.PoolFailed)]
    [InlineData(SnakepitErrorCode.PoolTripped)]
    [InlineData(SnakepitErrorCode.SiloBusy)]
    public void What_a_shard_refused_is_tried_on_another_one_only(SnakepitErrorCode code)
    {
        Assert.True(Allows(Failed(code, Outcome.NotStarted), Policy, elsewhere: true));
        Assert.False(Allows(Failed(code, Outcome.NotStarted), Policy, idempotent: true));
    }

    [Theory]
    [InlineData(SnakepitErrorCode.ToolRaised, Outcome.Ran)]
    [InlineData(SnakepitErrorCode.InvalidArguments, Outcome.NotStarted)]
    [InlineData(SnakepitErrorCode.ToolNotFound, Outcome.NotStarted)]
    [InlineData(SnakepitErrorCode.QueueTimeout, Outcome.NotStarted)]
    [InlineData(SnakepitErrorCode.ExecutionTimeout, Outcome.MaybeRan)]
    [InlineData(SnakepitErrorCode.DeadlineExceeded, Outcome.MaybeRan)]
    public void What_would_end_the_same_way_again_is_not_repeated(SnakepitErrorCode code, Outcome outcome) =>
        Assert.False(Allows(Failed(code, outcome), Policy with { Retry = CrashRetry.Always }, idempotent: true, elsewhere: true));

    private static bool Allows(Failure failure, RetryPolicy policy, bool idempotent = false, int crashes = 1, bool elsewhere = false) =>
        RetryRule.Allows(failure, policy, idempotent, crashes, elsewhere);

    private static Failure Failed(SnakepitErrorCode code, Outcome outcome) => new() { Code = code, Message = "", Outcome = outcome };
}

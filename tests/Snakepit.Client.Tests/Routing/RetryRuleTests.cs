using Snakepit.Client.Routing;
using Snakepit.Errors;

namespace Snakepit.Client.Tests.Routing;

public sealed class RetryRuleTests
{
    [Theory]
    [InlineData(SnakepitErrorCode.WorkerExited)]
    [InlineData(SnakepitErrorCode.SiloUnreachable)]
    public void What_surely_did_not_run_is_repeated(SnakepitErrorCode code) =>
        Assert.True(RetryRule.Allows(Failed(code, Outcome.NotStarted), idempotent: false, elsewhere: false));

    [Theory]
    [InlineData(SnakepitErrorCode.WorkerExited)]
    [InlineData(SnakepitErrorCode.SiloUnreachable)]
    public void What_may_have_run_is_repeated_only_when_declared_harmless(SnakepitErrorCode code)
    {
        Assert.False(RetryRule.Allows(Failed(code, Outcome.MaybeRan), idempotent: false, elsewhere: true));
        Assert.True(RetryRule.Allows(Failed(code, Outcome.MaybeRan), idempotent: true, elsewhere: false));
    }

    [Theory]
    [InlineData(SnakepitErrorCode.QueueFull)]
    [InlineData(SnakepitErrorCode.PoolDraining)]
    [InlineData(SnakepitErrorCode.PoolNotReady)]
    [InlineData(SnakepitErrorCode.PoolFailed)]
    public void What_a_shard_refused_is_tried_on_another_one_only(SnakepitErrorCode code)
    {
        Assert.True(RetryRule.Allows(Failed(code, Outcome.NotStarted), idempotent: false, elsewhere: true));
        Assert.False(RetryRule.Allows(Failed(code, Outcome.NotStarted), idempotent: true, elsewhere: false));
    }

    [Theory]
    [InlineData(SnakepitErrorCode.ToolRaised, Outcome.Ran)]
    [InlineData(SnakepitErrorCode.InvalidArguments, Outcome.NotStarted)]
    [InlineData(SnakepitErrorCode.ToolNotFound, Outcome.NotStarted)]
    [InlineData(SnakepitErrorCode.QueueTimeout, Outcome.NotStarted)]
    [InlineData(SnakepitErrorCode.ExecutionTimeout, Outcome.MaybeRan)]
    [InlineData(SnakepitErrorCode.DeadlineExceeded, Outcome.MaybeRan)]
    public void What_would_end_the_same_way_again_is_not_repeated(SnakepitErrorCode code, Outcome outcome) =>
        Assert.False(RetryRule.Allows(Failed(code, outcome), idempotent: true, elsewhere: true));

    private static Failure Failed(SnakepitErrorCode code, Outcome outcome) => new() { Code = code, Message = "", Outcome = outcome };
}

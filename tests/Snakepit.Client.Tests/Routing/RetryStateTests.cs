using Snakepit.Client.Routing;
using Snakepit.Errors;
using Snakepit.Identity;
using Snakepit.Pools;

namespace Snakepit.Client.Tests.Routing;

public sealed class RetryStateTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly ShardId A = new("pool", "a");
    private static readonly ShardId B = new("pool", "b");

    [Fact]
    public void Every_try_gets_what_is_left_of_the_budget()
    {
        var tries = Call(own: 10 * Second);

        Assert.Equal(10 * Second, tries.Begin(60 * Second, TimeSpan.Zero));
        Assert.Equal(7 * Second, tries.Begin(60 * Second, 3 * Second));
        Assert.Equal(2, tries.Attempt);
    }

    [Fact]
    public void A_call_without_a_budget_gets_the_pools_and_an_endless_one_stays_endless()
    {
        Assert.Equal(57 * Second, Call().Begin(60 * Second, 3 * Second));
        Assert.Equal(Timeout.InfiniteTimeSpan, Call(own: Timeout.InfiniteTimeSpan).Begin(60 * Second, 3 * Second));
    }

    [Fact]
    public void A_spent_budget_says_what_it_was_for()
    {
        var error = Assert.Throws<SnakepitException>(() => Call(own: Second).Begin(60 * Second, Second));

        Assert.Equal(SnakepitErrorCode.DeadlineExceeded, error.Code);
        Assert.Equal("The budget of 1 s for the stream of tool 'count' was spent before a worker could start it.", error.Message);
    }

    [Fact]
    public void A_call_of_which_an_earlier_try_may_have_run_may_have_run()
    {
        var tries = Begun(Call(own: 10 * Second, idempotent: true));
        Assert.Equal(Outcome.NotStarted, tries.Whole(Outcome.NotStarted));

        tries.Failed(Failed(SnakepitErrorCode.SiloUnreachable, Outcome.MaybeRan), A, View(), Second);

        Assert.Equal(Outcome.MaybeRan, tries.Whole(Outcome.NotStarted));
        Assert.Equal(Outcome.Ran, tries.Whole(Outcome.Ran));
    }

    [Fact]
    public void A_shard_that_failed_is_avoided_and_another_one_is_tried_at_once()
    {
        var tries = Begun(Call());

        Assert.Equal(TimeSpan.Zero, tries.Failed(Failed(SnakepitErrorCode.QueueFull), A, View(), Second));

        Assert.Equal([A], tries.Avoid);
    }

    [Fact]
    public void When_every_shard_has_refused_the_refusal_stands()
    {
        var tries = Begun(Call());
        tries.Failed(Failed(SnakepitErrorCode.QueueFull), A, View(), Second);

        Assert.Null(tries.Failed(Failed(SnakepitErrorCode.QueueFull), B, View(), Second));
    }

    [Fact]
    public void The_last_try_is_the_last_one()
    {
        var tries = Begun(Call(maxAttempts: 2));
        Assert.NotNull(tries.Failed(Failed(SnakepitErrorCode.WorkerRefused), A, View(), Second));
        Begun(tries);

        Assert.Null(tries.Failed(Failed(SnakepitErrorCode.WorkerRefused), B, View(), Second));
    }

    [Fact]
    public void Tries_that_were_lost_on_their_way_are_repeated_in_growing_pauses_and_count_only_when_they_are_many()
    {
        var (tries, pauses) = (Call(maxAttempts: 2), new List<double?>());
        for (var lost = 0; lost < 8; lost++)
            pauses.Add(Begun(tries).Failed(Failed(SnakepitErrorCode.SiloUnreachable), A, View(), Second)?.TotalMilliseconds);

        Assert.Equal([0, 50, 100, 200, 400, 800, 800, null], pauses);
    }

    [Fact]
    public void Who_wants_one_try_gets_one() =>
        Assert.Null(Begun(Call(maxAttempts: 1)).Failed(Failed(SnakepitErrorCode.SiloUnreachable), A, View(), Second));

    [Fact]
    public void What_may_have_run_is_repeated_when_the_caller_or_the_tools_author_allows_it()
    {
        var lost = Failed(SnakepitErrorCode.SiloUnreachable, Outcome.MaybeRan);

        Assert.Null(Begun(Call()).Failed(lost, A, View(), Second));
        Assert.NotNull(Begun(Call(idempotent: true)).Failed(lost, A, View(), Second));
        Assert.NotNull(Begun(Call()).Failed(lost, A, View("count"), Second));
        Assert.Null(Begun(Call()).Failed(lost, A, View("other"), Second));
    }

    [Fact]
    public void Crashes_are_counted_over_the_tries_and_lengthen_the_pause()
    {
        var crash = Failed(SnakepitErrorCode.WorkerExited, Outcome.MaybeRan);
        var tries = Begun(Call(idempotent: true, maxAttempts: 9));

        Assert.Equal(Second, tries.Failed(crash, A, View(), Second));
        Assert.Equal(2 * Second, tries.Failed(crash, A, View(), Second));
        Assert.Null(tries.Failed(crash, A, View(), Second)); // MaxRetries is 2
    }

    [Fact]
    public void A_pause_that_the_budget_does_not_allow_is_not_made()
    {
        var crash = Failed(SnakepitErrorCode.WorkerExited, Outcome.MaybeRan);

        Assert.Null(Begun(Call(own: 10 * Second, idempotent: true)).Failed(crash, A, View(), 9 * Second));
        Assert.NotNull(Begun(Call(own: 10 * Second, idempotent: true)).Failed(crash, A, View(), 8 * Second));
    }

    [Fact]
    public void A_shard_without_a_free_worker_uses_up_no_try_and_says_nothing_against_the_view()
    {
        var tries = Begun(Call(maxAttempts: 1));

        Assert.Equal(TimeSpan.Zero, tries.Failed(Failed(SnakepitErrorCode.ShardBusy), A, View(), Second));

        Assert.Equal([A], tries.Full);
        Assert.Empty(tries.Avoid);
        Assert.False(tries.NeedsNewView);
    }

    [Fact]
    public void A_call_that_leaves_a_queue_goes_to_the_silo_that_keeps_a_place_for_it()
    {
        var tries = Begun(Call(maxAttempts: 1));
        var moved = Failed(SnakepitErrorCode.CallMoved) with { Details = new Dictionary<string, string> { [Failure.SiloDetail] = "b" } };

        Assert.Equal(TimeSpan.Zero, tries.Failed(moved, A, View(), Second));

        Assert.Equal(("b", true), (tries.Reserved, tries.MayMove));
        Assert.Equal([A], tries.Full);
    }

    [Fact]
    public void A_call_leaves_queues_three_times_at_most_and_a_sessions_call_never()
    {
        var tries = Begun(Call());
        for (var i = 0; i < 3; i++)
            tries.Failed(Failed(SnakepitErrorCode.CallMoved), A, View(), Second);

        Assert.False(tries.MayMove);
        Assert.False(new RetryState("count", "tool 'count'", null, "s", idempotent: false, 3).MayMove);
    }

    [Fact]
    public void A_limit_beyond_what_timers_can_do_is_none()
    {
        Assert.Equal(TimeSpan.FromDays(48), RetryState.Limit(TimeSpan.FromDays(48)));
        Assert.Equal(Timeout.InfiniteTimeSpan, RetryState.Limit(TimeSpan.FromDays(49)));
        Assert.Equal(Timeout.InfiniteTimeSpan, RetryState.Limit(Timeout.InfiniteTimeSpan));
    }

    private static RetryState Call(TimeSpan? own = null, bool idempotent = false, int maxAttempts = 3) =>
        new("count", "the stream of tool 'count'", own, session: null, idempotent, maxAttempts);

    private static RetryState Begun(RetryState tries)
    {
        tries.Begin(60 * Second, TimeSpan.Zero);
        return tries;
    }

    private static PoolView View(params string[] idempotentTools) => new()
    {
        Pool = "pool",
        Shards =
        [
            new ShardView(A, new Incarnation("a", 1), PoolState.Ready, 0, 1),
            new ShardView(B, new Incarnation("b", 1), PoolState.Ready, 0, 1),
        ],
        Terms = new PoolTerms { Retry = new RetryPolicy(CrashRetry.Idempotent, MaxRetries: 2, Second), IdempotentTools = idempotentTools },
    };

    private static Failure Failed(SnakepitErrorCode code, Outcome outcome = Outcome.NotStarted) =>
        new() { Code = code, Message = "", Outcome = outcome };
}

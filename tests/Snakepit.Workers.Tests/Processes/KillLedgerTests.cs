using Snakepit.Workers.Processes;

namespace Snakepit.Workers.Tests.Processes;

public sealed class KillLedgerTests
{
    private readonly KillLedger _ledger = new();

    [Fact]
    public void A_kill_explains_the_end_of_one_worker_only()
    {
        Assert.True(_ledger.TryTake(atStart: 0, now: 1));

        Assert.False(_ledger.TryTake(atStart: 0, now: 1)); // a sibling, killed from outside days later
        Assert.True(_ledger.TryTake(atStart: 0, now: 2));
    }

    [Fact]
    public void Two_kills_at_once_explain_two_ends()
    {
        Assert.True(_ledger.TryTake(atStart: 3, now: 5));
        Assert.True(_ledger.TryTake(atStart: 3, now: 5));
        Assert.False(_ledger.TryTake(atStart: 3, now: 5));
    }

    [Fact]
    public void What_was_before_a_worker_does_not_explain_its_end() => Assert.False(_ledger.TryTake(atStart: 2, now: 2));

    [Fact]
    public void Workers_that_end_at_the_same_time_do_not_share_a_kill()
    {
        var taken = 0;

        Parallel.For(0, 1000, _ =>
        {
            if (_ledger.TryTake(atStart: 0, now: 100))
                Interlocked.Increment(ref taken);
        });

        Assert.Equal(100, taken);
    }
}

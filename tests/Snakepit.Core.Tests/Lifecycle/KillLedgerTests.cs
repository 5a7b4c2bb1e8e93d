using Snakepit.Core.Lifecycle;

namespace Snakepit.Core.Tests.Lifecycle;

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
    public void As_many_ends_are_explained_as_there_were_kills() =>
        Assert.Equal(100, Enumerable.Range(0, 1000).Count(_ => _ledger.TryTake(atStart: 0, now: 100)));
}

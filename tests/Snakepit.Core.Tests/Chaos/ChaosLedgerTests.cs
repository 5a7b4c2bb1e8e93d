using Snakepit.Silo.Chaos.Reckoning;

namespace Snakepit.Core.Tests.Chaos;

public sealed class ChaosLedgerTests
{
    private readonly ChaosLedger _ledger = new();

    [Fact]
    public void Calls_that_ended_as_they_ran_are_in_order()
    {
        Call(1, CallEnd.Succeeded, runs: 1);
        Call(2, CallEnd.NotStarted, runs: 0);
        Call(3, CallEnd.MaybeRan, runs: 0);
        Call(4, CallEnd.MaybeRan, runs: 1);
        Call(5, CallEnd.ConnectionLost, runs: 1);
        Call(6, CallEnd.Ran, runs: 1);

        var verdict = _ledger.Judge(sent: 6);

        Assert.Empty((long[])[.. verdict.NotEndedOnce, .. verdict.NeverRan, .. verdict.RanAfterAll]);
        Assert.Empty((long[])[.. verdict.RanTwice, .. verdict.NeverSent]);
        Assert.Equal((6, 4, 0), (verdict.Sent, verdict.Runs, verdict.RunAgain));
    }

    [Theory]
    [InlineData(nameof(CallEnd.Succeeded))]
    [InlineData(nameof(CallEnd.Ran))]
    public void A_call_that_says_that_it_ran_has_to_have_run(string end)
    {
        Call(1, Enum.Parse<CallEnd>(end), runs: 0);

        Assert.Equal([1], _ledger.Judge(sent: 1).NeverRan);
    }

    [Theory]
    [InlineData(nameof(CallEnd.NotStarted))]
    [InlineData(nameof(CallEnd.NotSent))]
    public void A_call_that_says_that_it_did_not_start_may_not_have_run(string end)
    {
        Call(1, Enum.Parse<CallEnd>(end), runs: 1);

        Assert.Equal([1], _ledger.Judge(sent: 1).RanAfterAll);
    }

    [Fact]
    public void Only_what_may_run_twice_may_run_twice()
    {
        Call(1, CallEnd.Succeeded, runs: 2);
        Call(2, CallEnd.Succeeded, runs: 2, mayRunTwice: true);

        var verdict = _ledger.Judge(sent: 2);

        Assert.Equal([1], verdict.RanTwice);
        Assert.Equal(1, verdict.RunAgain);
    }

    [Fact]
    public void Each_call_ends_once()
    {
        Call(1, CallEnd.Succeeded, runs: 1);
        Call(1, CallEnd.Succeeded, runs: 0);

        Assert.Equal([1, 2], _ledger.Judge(sent: 2).NotEndedOnce);
    }

    [Fact]
    public void What_was_never_sent_may_not_run()
    {
        _ledger.Ran(5000);

        Assert.Equal([5000], _ledger.Judge(sent: 0).NeverSent);
    }

    private void Call(long number, CallEnd end, int runs, bool mayRunTwice = false)
    {
        _ledger.Ended(number, end, mayRunTwice);
        for (var i = 0; i < runs; i++)
            _ledger.Ran(number);
    }
}

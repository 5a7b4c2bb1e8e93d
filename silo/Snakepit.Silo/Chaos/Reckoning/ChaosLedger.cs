namespace Snakepit.Silo.Chaos.Reckoning;

/// <summary>How a call ended, as far as it says whether its tool ran.</summary>
internal enum CallEnd : byte
{
    /// <summary>Not yet.</summary>
    Open,

    Succeeded,

    /// <summary>A failure whose outcome says that the tool surely did not run.</summary>
    NotStarted,

    /// <summary>A failure whose outcome leaves it open.</summary>
    MaybeRan,

    /// <summary>A failure whose outcome says that the tool ran.</summary>
    Ran,

    /// <summary>No connection was made, so nothing was sent.</summary>
    NotSent,

    /// <summary>The connection was lost before an answer came.</summary>
    ConnectionLost,

    /// <summary>The caller gave up.</summary>
    GivenUp,

    /// <summary>No answer came in time.</summary>
    Hung,
}

/// <summary>Every call by its number, with its end and how often its tool ran. Compares the two. Pure; one owner.</summary>
internal sealed class ChaosLedger
{
    private Entry[] _calls = new Entry[1024];

    /// <summary>Tools that began to run.</summary>
    public long Runs { get; private set; }

    /// <summary>A call has ended.</summary>
    /// <param name="number">Its number, from 1.</param>
    /// <param name="end">How.</param>
    /// <param name="mayRunTwice">Its caller, or its tool, says that running it twice does no harm.</param>
    public void Ended(long number, CallEnd end, bool mayRunTwice)
    {
        ref var call = ref At(number);
        call.Ends++;
        call.End = end;
        call.MayRunTwice = mayRunTwice;
    }

    /// <summary>A worker began to run a call.</summary>
    public void Ran(long number)
    {
        Runs++;
        ref var call = ref At(number);
        if (call.Runs < byte.MaxValue)
            call.Runs++;
    }

    /// <summary>Compares ends and runs of all calls.</summary>
    /// <param name="sent">Number of the last call that was sent.</param>
    public LedgerVerdict Judge(long sent)
    {
        var verdict = new LedgerVerdict { Sent = sent, Runs = Runs };
        for (var number = 1L; number < _calls.Length; number++)
        {
            var call = _calls[number];
            if (number > sent)
            {
                if (call.Runs > 0 || call.Ends > 0)
                    verdict.NeverSent.Add(number);
                continue;
            }

            if (call.Ends != 1)
                verdict.NotEndedOnce.Add(number);
            if (call is { End: CallEnd.Succeeded or CallEnd.Ran, Runs: 0 })
                verdict.NeverRan.Add(number);
            if (call is { End: CallEnd.NotStarted or CallEnd.NotSent, Runs: > 0 })
                verdict.RanAfterAll.Add(number);
            if (call is { MayRunTwice: false, Runs: > 1 })
                verdict.RanTwice.Add(number);
            if (call is { MayRunTwice: true, Runs: > 1 })
                verdict.RunAgain++;
        }

        return verdict;
    }

    private ref Entry At(long number)
    {
        if (number >= _calls.Length)
            Array.Resize(ref _calls, (int)Math.Max(number + 1, _calls.Length * 2L));
        return ref _calls[number];
    }

    private record struct Entry(CallEnd End, bool MayRunTwice, byte Ends, byte Runs);
}

/// <summary>What a ledger found. Each list has the numbers of the calls for which a promise was broken.</summary>
internal sealed record LedgerVerdict
{
    public long Sent { get; init; }

    /// <summary>Tools that began to run.</summary>
    public long Runs { get; init; }

    /// <summary>Calls that ran more than once and were allowed to.</summary>
    public long RunAgain { get; set; }

    /// <summary>They have no end, or more than one.</summary>
    public List<long> NotEndedOnce { get; } = [];

    /// <summary>They succeeded, or a failure says that they ran, and no worker ran them.</summary>
    public List<long> NeverRan { get; } = [];

    /// <summary>A failure says that they did not start, and a worker ran them.</summary>
    public List<long> RanAfterAll { get; } = [];

    /// <summary>Running them twice does harm, and they ran more than once.</summary>
    public List<long> RanTwice { get; } = [];

    /// <summary>They ran or ended, and no caller sent them.</summary>
    public List<long> NeverSent { get; } = [];
}

namespace Snakepit.Grains.Shards.Calls;

/// <summary>Where calls begin.</summary>
internal interface ICallDesk
{
    /// <summary>A number that no other call of the shard has.</summary>
    ulong NextId();

    /// <summary>Begins a call. Its reply says what became of it, also when it is refused.</summary>
    /// <param name="call">The call.</param>
    /// <param name="total">Its whole budget.</param>
    /// <param name="now">The present moment.</param>
    void Submit(Call call, TimeSpan total, TimeSpan now);

    /// <summary>The caller wants no answer any more. Does not answer the call.</summary>
    void Cancel(Call call);
}

using Snakepit.Core.Scheduling;

namespace Snakepit.Grains.Shards.Calls;

/// <summary>
/// The calls of a shard that wait or run: their bytes, which the silo's budget counts, and the names that their callers gave them.
/// </summary>
internal sealed class OpenCalls
{
    private readonly ByteBudget _buffers;
    private readonly Dictionary<Guid, Call> _named = [];
    private readonly Action<Call> _answered;

    public OpenCalls(ByteBudget buffers)
    {
        _buffers = buffers;
        _answered = Remove;
    }

    /// <summary>Takes a call until it has its answer; false when the silo has no room for its bytes.</summary>
    public bool TryAdd(Call call)
    {
        if (!_buffers.TryHold(call.Request.PayloadBytes))
            return false;
        if (call.Request.CallId != Guid.Empty)
            _named.Add(call.Request.CallId, call);
        call.Answered = _answered;
        return true;
    }

    /// <summary>Null when no call of that name waits or runs.</summary>
    public Call? Find(Guid name) => _named.GetValueOrDefault(name);

    private void Remove(Call call)
    {
        _buffers.Release(call.Request.PayloadBytes);
        _named.Remove(call.Request.CallId);
    }
}

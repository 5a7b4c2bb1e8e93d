using Snakepit.Core.Scheduling;

namespace Snakepit.Grains.Shards.Engine;

/// <summary>
/// Hands the scheduler's decisions to the handler, in the order in which they were made. Runs in the turns of the shard; only
/// <see cref="HasRoom"/> may be read from any thread.
/// </summary>
internal sealed class ShardEngine(PoolScheduler scheduler)
{
    private readonly Queue<Decision> _waiting = new();
    private IDecisionHandler? _handler;
    private bool _applying;
    private volatile bool _hasRoom;

    /// <summary>After the latest decisions, a call that comes now would begin at once.</summary>
    public bool HasRoom => _hasRoom;

    /// <summary>Sets the object that carries decisions out. Called once, before the first decision.</summary>
    public void Begin(IDecisionHandler handler) => _handler = handler;

    /// <summary>
    /// Has the decisions carried out. A worker that answers while its call is being dispatched brings new decisions here before the older
    /// ones are done: they wait in line, because the scheduler reuses the memory behind its span.
    /// </summary>
    public void Apply(ReadOnlySpan<Decision> decisions)
    {
        foreach (var decision in decisions)
            _waiting.Enqueue(decision);
        if (_applying)
            return;
        _applying = true;
        try
        {
            while (_waiting.TryDequeue(out var decision))
                _handler!.CarryOut(decision);
        }
        finally
        {
            _applying = false;
            _hasRoom = scheduler.HasRoom;
        }
    }
}

/// <summary>Carries decisions out.</summary>
internal interface IDecisionHandler
{
    /// <summary>Carries out one decision. Does not throw for what can go wrong with a call.</summary>
    void CarryOut(Decision decision);
}

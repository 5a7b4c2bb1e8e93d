using Snakepit.Core.Ports;
using Snakepit.Core.Telemetry;

namespace Snakepit.Grains.Telemetry;

/// <summary>Tells several observers of one shard.</summary>
internal sealed class CompositeObserver(IShardObserver[] all) : IShardObserver
{
    /// <inheritdoc/>
    public bool HearsCalls
    {
        get
        {
            foreach (var each in all)
            {
                if (each.HearsCalls)
                    return true;
            }

            return false;
        }
    }

    /// <inheritdoc/>
    public void Answered(in AnsweredCall call)
    {
        foreach (var each in all)
        {
            if (each.HearsCalls)
                each.Answered(call);
        }
    }

    /// <inheritdoc/>
    public void ItemsRead(string tool, int items)
    {
        foreach (var each in all)
            each.ItemsRead(tool, items);
    }

    /// <inheritdoc/>
    public void Happened(ShardEvent what)
    {
        foreach (var each in all)
            each.Happened(what);
    }
}

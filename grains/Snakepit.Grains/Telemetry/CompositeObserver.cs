using Microsoft.Extensions.Logging;
using Snakepit.Core.Ports;
using Snakepit.Core.Telemetry;

namespace Snakepit.Grains.Telemetry;

/// <summary>
/// Tells the observers of one shard. They run code of others, listeners of metrics and traces among them; an exception there must not cost
/// a call its answer or a slot its worker. Each observer's first exception is in the log.
/// </summary>
internal sealed class CompositeObserver(IShardObserver[] all, ILogger logger) : IShardObserver
{
    private readonly bool[] _failed = new bool[all.Length];

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
        for (var index = 0; index < all.Length; index++)
        {
            try
            {
                if (all[index].HearsCalls)
                    all[index].Answered(call);
            }
            catch (Exception error)
            {
                Note(index, error);
            }
        }
    }

    /// <inheritdoc/>
    public void ItemsRead(string tool, int items)
    {
        for (var index = 0; index < all.Length; index++)
        {
            try
            {
                all[index].ItemsRead(tool, items);
            }
            catch (Exception error)
            {
                Note(index, error);
            }
        }
    }

    /// <inheritdoc/>
    public void Happened(ShardEvent what)
    {
        for (var index = 0; index < all.Length; index++)
        {
            try
            {
                all[index].Happened(what);
            }
            catch (Exception error)
            {
                Note(index, error);
            }
        }
    }

    private void Note(int index, Exception error)
    {
        if (!_failed[index])
            PoolLog.ObserverFailed(logger, all[index].GetType().Name, error);
        _failed[index] = true;
    }
}

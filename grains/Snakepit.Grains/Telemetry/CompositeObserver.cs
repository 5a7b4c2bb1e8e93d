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
    public bool HearsCalls => Array.Exists(all, static each => each.HearsCalls);

    /// <inheritdoc/>
    public void Answered(in AnsweredCall call) => Tell(call, static (each, call) =>
    {
        if (each.HearsCalls)
            each.Answered(call);
    });

    /// <inheritdoc/>
    public void ItemsRead(string tool, int items) =>
        Tell((Tool: tool, Items: items), static (each, read) => each.ItemsRead(read.Tool, read.Items));

    /// <inheritdoc/>
    public void Happened(ShardEvent what) => Tell(what, static (each, what) => each.Happened(what));

    private void Tell<T>(T news, Action<IShardObserver, T> tell)
    {
        for (var index = 0; index < all.Length; index++)
        {
            try
            {
                tell(all[index], news);
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
